package io.outrigger.proxy.admin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.outrigger.config.bootstrap.StatsOptions;
import io.outrigger.proxy.stats.PrometheusPage;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.StatsFilter;
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
            "format: Format to use; One of (text, json, prometheus)");
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
        return AdminReply.error(400, "Invalid re2 regex: " + e.getMessage());
      }
    }
    refresh.run();
    StatsFilter filter =
        new StatsFilter(
            request.has("usedonly"), pattern, request.has("invert_filter"), options.selection());
    if ("json".equals(format)) {
      return AdminReply.json(StatsPage.json(stats, filter));
    }
    if ("prometheus".equals(format)) {
      return AdminReply.text(PrometheusPage.text(stats, filter, options.tags(), options.buckets()));
    }
    if (format == null || format.equals("text")) {
      return AdminReply.text(StatsPage.text(stats, filter));
    }
    return AdminReply.error(400, "usage: /stats?format=(text|json|prometheus)\n");
  }

  private AdminReply reset() {
    stats.resetCounters();
    return AdminReply.ok();
  }
}
