package io.outrigger.proxy.sidecar;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the proxy's bootstrap: who it is, and an aggregated stream to the control plane under the
 * workload's own certificate. As Istio's agent writes it for Envoy, but that the secrets are put in
 * by this process instead of being fetched over a socket.
 */
final class SidecarBootstrap {
  private final SidecarOptions options;
  private final String address;
  private final String agentClusters;

  /**
   * Names the instance.
   *
   * @param address the workload's own address
   * @param agentClusters further clusters, to follow others in a list
   */
  SidecarBootstrap(SidecarOptions options, String address, String agentClusters) {
    this.options = options;
    this.address = address;
    this.agentClusters = agentClusters;
  }

  /** Istio's form: TYPE~IP~NAME.NAMESPACE~DOMAIN. */
  String nodeId() {
    String namespace = options.id().namespace();
    return (options.role() == Role.GATEWAY ? "router~" : "sidecar~")
        + address
        + "~"
        + options.instance()
        + "."
        + namespace
        + "~"
        + namespace
        + ".svc.cluster.local";
  }

  /** The bootstrap as YAML (as JSON within it). */
  String yaml() {
    String admin =
        options.adminPort() == 0
            ? ""
            : "admin: {address: "
                + socket("127.0.0.1", options.adminPort())
                + "}\nlayered_runtime: {layers: [{name: admin, admin_layer: {}}]}\n";
    return """
        node:
          id: %s
          cluster: %s
          metadata: %s
        %sdynamic_resources:
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services: [{envoy_grpc: {cluster_name: xds-grpc}}]
          lds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
          cds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
        static_resources:
          clusters: [%s%s%s%s]
          listeners: [%s]
        """
            .formatted(
                quote(nodeId()),
                quote(options.service() + "." + options.id().namespace()),
                metadata(),
                admin,
                controlCluster(),
                zipkinCluster(),
                PublicPages.cluster(options),
                agentClusters,
                PublicPages.listeners(options))
        + tracing();
  }

  /** Under Istio's name for it, as its bootstrap has it. */
  private String zipkinCluster() {
    String host = options.zipkinHost();
    return host == null
        ? ""
        : """
          ,
              {name: zipkin, type: %s, connect_timeout: 1s,
               load_assignment: {cluster_name: zipkin, endpoints: [{lb_endpoints: [
                 {endpoint: {address: %s}}]}]}}"""
            .formatted(
                isAddress(host) ? "STATIC" : "STRICT_DNS", socket(host, options.zipkinPort()));
  }

  /** What connection managers trace to that name no tracer of their own. */
  private String tracing() {
    return options.zipkinHost() == null
        ? ""
        : """
          tracing: {http: {name: envoy.tracers.zipkin, typed_config: {
            "@type": type.googleapis.com/envoy.config.trace.v3.ZipkinConfig, collector_cluster: zipkin,
            collector_endpoint: /api/v2/spans, collector_endpoint_version: HTTP_JSON,
            trace_id_128bit: true, shared_span_context: false}}}
          """;
  }

  private String controlCluster() {
    String host = options.controlHost();
    String name = options.controlName();
    String sanType = isAddress(name) ? "IP_ADDRESS" : "DNS";
    String sni = isAddress(name) ? "" : "sni: " + quote(name) + ", ";
    return """
        {name: xds-grpc, type: %s, connect_timeout: 5s,
         load_assignment: {cluster_name: xds-grpc, endpoints: [{lb_endpoints: [
           {endpoint: {address: %s}}]}]},
         typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {
           "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions,
           explicit_http_config: {http2_protocol_options: {
             connection_keepalive: {interval: 30s, timeout: 10s}}}}},
         transport_socket: {name: envoy.transport_sockets.tls, typed_config: {
           "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext,
           %scommon_tls_context: {alpn_protocols: [h2],
             tls_certificate_sds_secret_configs: [{name: default, sds_config: %s}],
             combined_validation_context: {
               default_validation_context: {match_typed_subject_alt_names: [
                 {san_type: %s, matcher: {exact: %s}}]},
               validation_context_sds_secret_config: {name: ROOTCA, sds_config: %s}}}}}}"""
        .formatted(
            isAddress(host) ? "STATIC" : "STRICT_DNS",
            socket(host, options.controlPort()),
            sni,
            ADS,
            sanType,
            quote(name),
            ADS)
        .replace("\n", "\n    ");
  }

  private static final String ADS =
      "{ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}";

  private String metadata() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("NAMESPACE", quote(options.id().namespace()));
    fields.put("SERVICE_ACCOUNT", quote(options.id().serviceAccount()));
    fields.put("NAME", quote(options.instance()));
    fields.put("WORKLOAD_NAME", quote(options.workload()));
    fields.put("CLUSTER_ID", quote("Kubernetes"));
    fields.put("INSTANCE_IPS", quote(address));
    fields.put("SERVICE", quote(options.service()));
    if (options.role() == Role.SIDECAR) {
      ports(fields);
    }
    if (!options.accessLog().isEmpty()) {
      String file = options.accessLog().equals("-") ? "/dev/stdout" : options.accessLog();
      fields.put("ACCESS_LOG_FILE", quote(file));
    }
    proxyConfig(fields);
    Map<String, String> labels = new LinkedHashMap<>();
    options.labels().forEach((k, v) -> labels.put(k, quote(v)));
    // what Istio's injection adds, and its metrics name a workload by
    labels.putIfAbsent(
        "service.istio.io/canonical-name", labels.getOrDefault("app", quote(options.service())));
    labels.putIfAbsent(
        "service.istio.io/canonical-revision", labels.getOrDefault("version", quote("latest")));
    fields.put("LABELS", object(labels));
    return object(fields);
  }

  private void ports(Map<String, String> fields) {
    fields.put("INTERCEPTION_MODE", quote(options.interception().mode));
    if (options.appPort() != 0) {
      fields.put("APP_PORT", quote(Integer.toString(options.appPort())));
    }
    if (options.interception() == SidecarOptions.Interception.NONE) {
      fields.put("INBOUND_PORT", quote(Integer.toString(options.inboundPort())));
      if (options.httpProxyPort() != 0) {
        fields.put("HTTP_PROXY_PORT", quote(Integer.toString(options.httpProxyPort())));
      }
      if (!options.listen().isEmpty()) {
        Map<String, String> ports = new LinkedHashMap<>();
        options.listen().forEach((k, v) -> ports.put(k, quote(Integer.toString(v))));
        fields.put("LOOPBACK_PORTS", object(ports));
      }
    }
  }

  /** What Istio's agent passes on of it: tracing, and what stands before a gateway. */
  private void proxyConfig(Map<String, String> fields) {
    Map<String, String> config = new LinkedHashMap<>();
    if (options.zipkinHost() != null) {
      String address = options.zipkinHost() + ":" + options.zipkinPort();
      config.put(
          "tracing",
          "{\"zipkin\": {\"address\": "
              + quote(address)
              + "}, \"sampling\": "
              + options.traceSampling()
              + "}");
    }
    if (options.trustedProxies() != 0) {
      config.put("gatewayTopology", "{\"numTrustedProxies\": " + options.trustedProxies() + "}");
    }
    if (!config.isEmpty()) {
      fields.put("PROXY_CONFIG", object(config));
    }
  }

  private static String object(Map<String, String> fields) {
    StringBuilder out = new StringBuilder("{");
    fields.forEach(
        (name, value) -> {
          if (out.length() > 1) {
            out.append(", ");
          }
          out.append(quote(name)).append(": ").append(value);
        });
    return out.append('}').toString();
  }

  private static String socket(String host, int port) {
    return "{socket_address: {address: " + quote(host) + ", port_value: " + port + "}}";
  }

  static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  /** A YAML string in double quotes, which is JSON's. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
