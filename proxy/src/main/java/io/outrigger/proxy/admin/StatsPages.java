package io.outrigger.proxy.admin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.outrigger.config.bootstrap.StatsOptions;
import io.outrigger.proxy.stats.BucketsPage;
import io.outrigger.proxy.stats.PrometheusPage;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.StatsFilter;
import io.outrigger.proxy.stats.StatsFilter.Kind;
import io.outrigger.proxy.stats.StatsPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /stats}, {@code /stats/prometheus} and {@code /reset_counters}. */
public final class StatsPages {
  private final StatStore stats;
  private final StatsOptions options;
  private final Runnable refresh;

  /** {@code refresh} brings gauges up to date that are computed, such as the uptime. */
  public StatsPages(StatStore stats, StatsOptions options, Runnable refresh) {
    this.options = options;
    this.stats = stats;
    this.refresh = refresh;
  }

  public void register(AdminPages pages) {
    List<String> parameters =
        List.of(
            "usedonly: Only include stats that have been written by system since restart",
            "filter: Regular expression (Google re2) for filtering stats",
            "invert_filter: Invert the filter regex",
            "format: Format to use; One of (text, json, prometheus)",
            "type: Stat types to include.; One of (All, Counters, Histograms, Gauges,"
                + " TextReadouts)",
            "histogram_buckets: Histogram bucket display mode; One of (cumulative, disjoint,"
                + " summary)");
    pages.get("/stats", "print server stats", parameters, this::show);
    pages.get(
        "/stats/prometheus",
        "print server stats in prometheus format",
        parameters.subList(0, 2),
        request -> show(request, "prometheus"));
    pages.post("/reset_counters", "reset all counters to zero", List.of(), request -> reset());
  }

  private AdminReply show(AdminRequest request) {
    return show(request, request.value("format"));
  }

  private AdminReply show(AdminRequest request, @Nullable String format) {
    Pattern pattern = null;
    String regex = request.value("filter");
    if (regex != null && !regex.isEmpty()) {
      try {
        pattern = Pattern.compile(regex);
      } catch (PatternSyntaxException e) {
        return AdminReply.error(400, "Invalid re2 regex: " + RegexError.text(e, regex));
      }
    }
    String type = request.value("type");
    Kind kind = type == null || type.isEmpty() ? Kind.ALL : Kind.of(type);
    if (kind == null) {
      return AdminReply.error(400, "invalid &type= param");
    }
    String mode = request.value("histogram_buckets");
    if (mode != null && !List.of("", "summary", "cumulative", "disjoint").contains(mode)) {
      return AdminReply.error(
          400, "usage: /stats?histogram_buckets=(cumulative|disjoint|summary)\n");
    }
    BucketsPage buckets =
        mode == null || mode.isEmpty() || mode.equals("summary")
            ? null
            : new BucketsPage(options.buckets(), mode.equals("disjoint"));
    refresh.run();
    StatsFilter filter =
        new StatsFilter(
            request.has("usedonly"),
            pattern,
            request.has("invert_filter"),
            options.selection(),
            kind);
    if ("json".equals(format)) {
      return AdminReply.json(StatsPage.json(stats, filter, buckets));
    }
    if ("prometheus".equals(format)) {
      return AdminReply.text(PrometheusPage.text(stats, filter, options.tags(), options.buckets()));
    }
    if (format == null || format.equals("text")) {
      return AdminReply.text(StatsPage.text(stats, filter, buckets));
    }
    return AdminReply.error(400, "usage: /stats?format=(text|json|prometheus)\n");
  }

  private AdminReply reset() {
    stats.resetCounters();
    return AdminReply.ok();
  }
}
