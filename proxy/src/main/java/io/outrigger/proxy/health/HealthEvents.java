package io.outrigger.proxy.health;

import com.google.protobuf.Struct;
import io.outrigger.api.schema.JsonWriter;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.config.address.IpText;
import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.config.cluster.Locality;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.log.EventLogs;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Logs what becomes of hosts: a HealthCheckEvent of Envoy's data.core.v3 as JSON, a line each. */
final class HealthEvents {
  private final String cluster;
  private final String checker;
  private final HealthCheck.Events which;
  private final List<Consumer<String>> files = new ArrayList<>();
  private final LongSupplier epochMillis;

  HealthEvents(String cluster, HealthCheck config, EventLogs logs, LongSupplier epochMillis) {
    this.cluster = cluster;
    this.checker = checker(config.probe());
    this.which = config.events();
    this.epochMillis = epochMillis;
    for (String path : which.paths()) {
      files.add(logs.to(path));
    }
  }

  private static String checker(HealthCheck.Probe probe) {
    return probe instanceof HealthCheck.Http
        ? "HTTP"
        : probe instanceof HealthCheck.Tcp ? "TCP" : "GRPC";
  }

  void ejected(Host host, FailureType type, int status) {
    log(host, "eject_unhealthy_event", true, event -> failure(event, type, status));
  }

  void added(Host host, boolean first) {
    log(host, "add_healthy_event", true, event -> event.name("first_check").value(first));
  }

  void succeeded(Host host) {
    if (which.successes()) {
      log(host, "successful_health_check_event", false, event -> {});
    }
  }

  void failed(Host host, FailureType type, int status, boolean first) {
    if (first || which.failures()) {
      log(
          host,
          "health_check_failure_event",
          false,
          event -> {
            event.name("failure_type").value(type.name()).name("first_check").value(first);
            event.name("http_status_code").value(status);
          });
    }
  }

  void degraded(Host host, boolean degraded) {
    String event = degraded ? "degraded_healthy_host" : "no_longer_degraded_host";
    log(host, event, false, none -> {});
  }

  private static void failure(JsonWriter event, FailureType type, int status) {
    event.name("failure_type").value(type.name()).name("http_status_code").value(status);
  }

  private void log(Host host, String event, boolean beforeTime, Consumer<JsonWriter> content) {
    if (files.isEmpty()) {
      return;
    }
    JsonWriter out = new JsonWriter(false);
    out.beginObject().name("health_checker_type").value(checker).name("host").beginObject();
    address(out, host);
    out.endObject().name("cluster_name").value(cluster);
    if (beforeTime) { // fields come by their numbers, and the time is in the middle
      event(out, event, content);
    }
    out.name("timestamp").value(EventLogs.time(epochMillis.getAsLong()));
    if (!beforeTime) {
      event(out, event, content);
    }
    if (!host.metadata().namespaces().isEmpty()) {
      metadata(out.name("metadata").beginObject(), host.metadata().namespaces());
    }
    Locality locality = host.locality();
    out.name("locality").beginObject().name("region").value(locality.region());
    out.name("zone").value(locality.zone()).name("sub_zone").value(locality.subZone());
    String line = out.endObject().endObject().toString();
    for (Consumer<String> file : files) {
      file.accept(line);
    }
  }

  private static void metadata(JsonWriter out, Map<String, Struct> namespaces) {
    out.name("filter_metadata").beginObject();
    for (Map.Entry<String, Struct> namespace : new TreeMap<>(namespaces).entrySet()) {
      out.name(namespace.getKey());
      ProtoJson.write("google.protobuf.Struct", namespace.getValue().toByteArray(), out);
    }
    out.endObject().name("typed_filter_metadata").beginObject().endObject().endObject();
  }

  private static void event(JsonWriter out, String name, Consumer<JsonWriter> content) {
    out.name(name).beginObject();
    content.accept(out);
    out.endObject();
  }

  private static void address(JsonWriter out, Host host) {
    if (host.address() instanceof InetSocketAddress inet) {
      out.name("socket_address").beginObject().name("protocol").value("TCP");
      out.name("address").value(IpText.of(inet.getAddress()));
      out.name("port_value").value(inet.getPort()).name("resolver_name").value("");
      out.name("ipv4_compat").value(false).name("network_namespace_filepath").value("");
    } else {
      out.name("pipe").beginObject().name("path").value(host.addressText());
      out.name("mode").value(0);
    }
    out.endObject();
  }
}
