package io.outrigger.proxy.admin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.outrigger.api.schema.JsonWriter;
import io.outrigger.config.address.IpText;
import io.outrigger.config.cluster.CircuitBreakers;
import io.outrigger.proxy.cluster.Cluster;
import io.outrigger.proxy.cluster.ClusterRegistry;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.PriorityHosts;
import io.outrigger.proxy.outlier.OutlierDetector;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Held;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /clusters}: each cluster's limits and hosts, as text and as JSON. */
public final class ClustersPage {
  private final ClusterRegistry registry;
  private final Configuration configuration;

  public ClustersPage(ClusterRegistry registry, Configuration configuration) {
    this.registry = registry;
    this.configuration = configuration;
  }

  public void register(AdminPages pages) {
    pages.get(
        "/clusters",
        "upstream cluster status",
        List.of(
            "filter: Regular expression (Google re2) for filtering clusters by name",
            "format: File format to use; One of (text, json)"),
        this::show);
  }

  private AdminReply show(AdminRequest request) {
    List<Cluster> clusters = new ArrayList<>(registry.clusters());
    clusters.sort(Comparator.comparing(Cluster::name));
    String regex = request.value("filter");
    if (regex != null && !regex.isEmpty()) {
      try {
        Pattern pattern = Pattern.compile(regex);
        clusters.removeIf(cluster -> !pattern.matcher(cluster.name()).find());
      } catch (PatternSyntaxException e) {
        return AdminReply.error(400, "Invalid re2 regex: " + RegexError.text(e, regex));
      }
    }
    return request.isJson() ? AdminReply.json(json(clusters)) : AdminReply.text(text(clusters));
  }

  private boolean isDynamic(Cluster cluster) {
    Held<?> held = configuration.received().clusters().get(cluster.name());
    return held != null && held.dynamic();
  }

  private static List<Host> hosts(Cluster cluster) {
    List<Host> hosts = new ArrayList<>();
    for (PriorityHosts priority : cluster.hostSet().priorities()) {
      hosts.addAll(List.of(priority.hosts()));
    }
    return hosts;
  }

  // ---- text ----

  private String text(List<Cluster> clusters) {
    StringBuilder out = new StringBuilder(8192);
    for (Cluster cluster : clusters) {
      String name = cluster.name();
      line(out, name, "observability_name", cluster.config().statName());
      OutlierDetector<Host> outliers = cluster.outliers();
      if (outliers != null) {
        usual(out, name, "", outliers.usual(false));
        usual(out, name, "local_origin_", outliers.usual(true));
      }
      CircuitBreakers breakers = cluster.config().circuitBreakers();
      thresholds(out, name, "default_priority", breakers.defaultPriority());
      thresholds(out, name, "high_priority", breakers.highPriority());
      line(out, name, "added_via_api", isDynamic(cluster));
      for (Host host : hosts(cluster)) {
        host(out, name + "::" + host.addressText(), host);
      }
    }
    return out.toString();
  }

  private static void thresholds(
      StringBuilder out, String cluster, String priority, CircuitBreakers.Thresholds limits) {
    String scope = cluster + "::" + priority;
    line(out, scope, "max_connections", limits.maxConnections());
    line(out, scope, "max_pending_requests", limits.maxPendingRequests());
    line(out, scope, "max_requests", limits.maxRequests());
    line(out, scope, "max_retries", limits.leastMaxRetries());
  }

  private static void host(StringBuilder out, String scope, Host host) {
    line(out, scope, "cx_active", host.stats().cxActive());
    line(out, scope, "cx_connect_fail", host.stats().cxConnectFail());
    line(out, scope, "cx_total", host.stats().cxTotal());
    line(out, scope, "rq_active", host.stats().rqActive());
    line(out, scope, "rq_error", host.stats().rqError());
    line(out, scope, "rq_pending_active", host.stats().rqPendingActive());
    line(out, scope, "rq_success", host.stats().rqSuccess());
    line(out, scope, "rq_timeout", host.stats().rqTimeout());
    line(out, scope, "rq_total", host.stats().rqTotal());
    line(out, scope, "hostname", host.hostname());
    line(out, scope, "health_flags", host.healthFlags());
    line(out, scope, "weight", host.currentWeight());
    line(out, scope, "region", host.locality().region());
    line(out, scope, "zone", host.locality().zone());
    line(out, scope, "sub_zone", host.locality().subZone());
    line(out, scope, "canary", host.canary());
    line(out, scope, "priority", host.priority());
    line(out, scope, "success_rate", rate(host.results().successRate()));
    line(out, scope, "local_origin_success_rate", rate(host.results().localOriginSuccessRate()));
  }

  private static void usual(StringBuilder out, String name, String origin, double[] usual) {
    String scope = name + "::outlier";
    line(out, scope, origin + "success_rate_average", rate(usual[0]));
    line(out, scope, origin + "success_rate_ejection_threshold", rate(usual[1]));
  }

  /** To six digits and no more, as C++ prints a number. */
  private static String rate(double percent) {
    double rounded = Math.round(percent * 10_000) / 10_000.0;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }

  private static void line(StringBuilder out, String scope, String name, Object value) {
    out.append(scope).append("::").append(name).append("::").append(value).append('\n');
  }

  // ---- JSON ----

  private String json(List<Cluster> clusters) {
    JsonWriter out = new JsonWriter(true);
    out.beginObject().name("cluster_statuses").beginArray();
    for (Cluster cluster : clusters) {
      out.beginObject();
      out.name("name").value(cluster.name());
      if (isDynamic(cluster)) {
        out.name("added_via_api").value(true);
      }
      out.name("host_statuses").beginArray();
      for (Host host : hosts(cluster)) {
        host(out, host);
      }
      out.endArray();
      out.name("circuit_breakers").beginObject().name("thresholds").beginArray();
      thresholds(out, null, cluster.config().circuitBreakers().defaultPriority());
      thresholds(out, "HIGH", cluster.config().circuitBreakers().highPriority());
      out.endArray().endObject();
      out.name("observability_name").value(cluster.config().statName());
      out.endObject();
    }
    return out.endArray().endObject() + "\n";
  }

  private static void thresholds(
      JsonWriter out, @Nullable String priority, CircuitBreakers.Thresholds limits) {
    out.beginObject();
    if (priority != null) {
      out.name("priority").value(priority);
    }
    out.name("max_connections").value(limits.maxConnections());
    out.name("max_pending_requests").value(limits.maxPendingRequests());
    out.name("max_requests").value(limits.maxRequests());
    out.name("max_retries").value(limits.leastMaxRetries());
    out.endObject();
  }

  private static void host(JsonWriter out, Host host) {
    out.beginObject();
    address(out, host);
    out.name("stats").beginArray();
    stat(out, "COUNTER", "cx_connect_fail", host.stats().cxConnectFail());
    stat(out, "COUNTER", "cx_total", host.stats().cxTotal());
    stat(out, "COUNTER", "rq_error", host.stats().rqError());
    stat(out, "COUNTER", "rq_success", host.stats().rqSuccess());
    stat(out, "COUNTER", "rq_timeout", host.stats().rqTimeout());
    stat(out, "COUNTER", "rq_total", host.stats().rqTotal());
    stat(out, "GAUGE", "cx_active", host.stats().cxActive());
    stat(out, "GAUGE", "rq_active", host.stats().rqActive());
    stat(out, "GAUGE", "rq_pending_active", host.stats().rqPendingActive());
    out.endArray();
    out.name("health_status").beginObject();
    flag(out, host, Host.FAILED_ACTIVE_HC, "failed_active_health_check");
    flag(out, host, Host.FAILED_OUTLIER_CHECK, "failed_outlier_check");
    out.name("eds_health_status").value(edsHealth(host));
    flag(out, host, Host.DEGRADED_ACTIVE_HC, "failed_active_degraded_check");
    flag(out, host, Host.PENDING_DYNAMIC_REMOVAL, "pending_dynamic_removal");
    flag(out, host, Host.PENDING_ACTIVE_HC, "pending_active_hc");
    flag(out, host, Host.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, "excluded_via_immediate_hc_fail");
    flag(out, host, Host.ACTIVE_HC_TIMEOUT, "active_hc_timeout");
    out.endObject();
    out.name("weight").value(host.currentWeight());
    if (!host.hostname().isEmpty()) {
      out.name("hostname").value(host.hostname());
    }
    if (host.priority() != 0) {
      out.name("priority").value(host.priority());
    }
    out.name("locality").beginObject();
    text(out, "region", host.locality().region());
    text(out, "zone", host.locality().zone());
    text(out, "sub_zone", host.locality().subZone());
    out.endObject().endObject();
  }

  private static void flag(JsonWriter out, Host host, int flag, String name) {
    if (host.hasFlag(flag)) {
      out.name(name).value(true);
    }
  }

  private static String edsHealth(Host host) {
    return switch (host.endpoint().health()) {
      case UNKNOWN -> "HEALTHY"; // as Envoy shows a host of which nothing bad is known
      default -> host.endpoint().health().name();
    };
  }

  private static void address(JsonWriter out, Host host) {
    out.name("address").beginObject();
    if (host.address() instanceof InetSocketAddress inet) {
      out.name("socket_address").beginObject();
      out.name("address").value(IpText.of(inet.getAddress()));
      out.name("port_value").value(inet.getPort());
    } else {
      out.name("pipe").beginObject();
      out.name("path").value(host.addressText());
    }
    out.endObject().endObject();
  }

  /** Envoy leaves out what is a proto field's default: COUNTER, and zero. */
  private static void stat(JsonWriter out, String type, String name, long value) {
    out.beginObject();
    if (!type.equals("COUNTER")) {
      out.name("type").value(type);
    }
    if (value != 0) {
      out.name("value").value(Long.toString(value));
    }
    out.name("name").value(name).endObject();
  }

  private static void text(JsonWriter out, String name, String value) {
    if (!value.isEmpty()) {
      out.name(name).value(value);
    }
  }
}
