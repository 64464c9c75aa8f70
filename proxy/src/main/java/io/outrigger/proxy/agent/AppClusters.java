package io.outrigger.proxy.agent;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Clusters of the bootstrap that lead to the application as the kubelet would: to the pod's
 * address, from 127.0.0.6, which the rules of interception leave alone, each time on a new
 * connection.
 */
final class AppClusters {
  private AppClusters() {}

  static String name(AppProbe.Kind kind, int port) {
    return "agent|" + port + "|" + kind;
  }

  /** Them in YAML, to follow others in a list; empty for none. */
  static String yaml(List<AppProbe> probes, @Nullable AppMetrics metrics, String address) {
    Map<String, String> out = new TreeMap<>();
    for (AppProbe probe : probes) {
      out.put(probe.cluster(), cluster(probe.kind(), probe.port(), address));
    }
    if (metrics != null) {
      AppProbe.Kind http = AppProbe.Kind.HTTP;
      out.put(name(http, metrics.port()), cluster(http, metrics.port(), address));
    }
    return String.join("", out.values());
  }

  private static String cluster(AppProbe.Kind kind, int port, String address) {
    String protocol =
        kind == AppProbe.Kind.GRPC ? "http2_protocol_options" : "http_protocol_options";
    return """
        ,
            {name: "%1$s", type: STATIC, connect_timeout: 10s,
             load_assignment: {cluster_name: "%1$s", endpoints: [{lb_endpoints: [{endpoint: {address:
               {socket_address: {address: "%2$s", port_value: %3$d}}}}]}]},
             upstream_bind_config: {source_address: {address: "%4$s", port_value: 0}},
             typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {
               "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions,
               common_http_protocol_options: {max_requests_per_connection: 1},
               explicit_http_config: {%5$s: {}}}}%6$s}"""
        .formatted(
            name(kind, port),
            address,
            port,
            address.indexOf(':') >= 0 ? "::6" : "127.0.0.6",
            protocol,
            kind == AppProbe.Kind.HTTPS ? UNVERIFIED : "");
  }

  /** The kubelet doesn't look at certificates either. */
  private static final String UNVERIFIED =
      """
      ,
           transport_socket: {name: envoy.transport_sockets.tls, typed_config: {
             "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext,
             common_tls_context: {}}}""";
}
