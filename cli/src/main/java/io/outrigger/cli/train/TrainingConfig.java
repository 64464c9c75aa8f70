package io.outrigger.cli.train;

import io.outrigger.cli.local.FreePorts;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.CertificateRequest;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import io.outrigger.identity.SigningResult;
import io.outrigger.identity.SpiffeId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A proxy that talks to itself: plain HTTP/1.1 in, over HTTP/2 in mutual TLS to another of its
 * listeners, and from there to a third that answers. So one process sees all of a sidecar's work,
 * and it connects anew often, for a mesh that has just started does hardly anything but handshakes.
 * Large bodies go both ways to a server of the trainer's.
 */
record TrainingConfig(Path file, List<URI> targets, URI base, URI admin) {
  private static final String TYPES = "type.googleapis.com/envoy.extensions.";

  static TrainingConfig write(Path directory, int bulk) throws IOException {
    List<Integer> ports = FreePorts.find(4);
    int admin = ports.get(0);
    int front = ports.get(1);
    int inner = ports.get(2);
    int answer = ports.get(3);
    CertificateAuthority authority =
        CertificateAuthority.open(directory.resolve("ca"), "train.test", InstantSource.system());
    KeyPair keys = KeyPairs.ecP256();
    SpiffeId id = new SpiffeId("train.test", "train", "proxy");
    SigningResult signed =
        authority.sign(CertificateRequest.pem(keys, id), id, Duration.ofHours(1));
    if (!(signed instanceof SigningResult.Signed good)) {
      throw new IOException("no certificate to train with: " + signed);
    }
    Files.writeString(directory.resolve("cert.pem"), String.join("\n", good.chain()));
    Files.writeString(directory.resolve("key.pem"), Pem.privateKey(keys.getPrivate()));
    Files.writeString(directory.resolve("ca.pem"), authority.rootPem());
    Path file = directory.resolve("train.yaml");
    String direct =
        "direct_response: {status: 200, body: {inline_string: " + "x".repeat(120) + "}}";
    List<String> listeners =
        List.of(
            listener(
                directory,
                "front",
                front,
                "route: {cluster: inner}",
                "{match: {prefix: /bulk/near}, route: {cluster: bulk}}, {match: {prefix: /near}, route: {cluster: near}},",
                ""),
            listener(
                directory,
                "inner",
                inner,
                "route: {cluster: answer}",
                "{match: {prefix: /bulk}, route: {cluster: bulk}},",
                downstream(directory)),
            listener(directory, "answer", answer, direct, "", ""));
    List<String> clusters =
        List.of(
            cluster("inner", inner, upstream(directory)),
            cluster("answer", answer, ""),
            cluster("near", answer, ""),
            cluster("bulk", bulk, ""));
    Files.writeString(
        file,
        "admin: {address: %s}%nstatic_resources:%n  listeners:%n%s  clusters:%n%s"
            .formatted(address(admin), sequence(listeners), sequence(clusters)));
    URI base = URI.create("http://127.0.0.1:" + front);
    return new TrainingConfig(
        file,
        List.of(base.resolve("/"), base.resolve("/a/b?c=d"), base.resolve("/near")),
        base,
        URI.create("http://127.0.0.1:" + admin));
  }

  /** As files are mostly written: an entry a line. */
  private static String sequence(List<String> entries) {
    return entries.stream()
        .map(e -> "  - " + e.strip().replace("\n", "\n    ") + "\n")
        .collect(Collectors.joining());
  }

  /** Where large bodies go, over HTTP/1.1 alone or HTTP/2 too. */
  URI bulk(int number) {
    return base.resolve(number % 2 == 0 ? "/bulk/near" : "/bulk");
  }

  private static String address(int port) {
    return "{socket_address: {address: 127.0.0.1, port_value: " + port + "}}";
  }

  private static String listener(
      Path directory, String name, int port, String action, String before, String transport) {
    return """
        {name: %1$s, address: %2$s, filter_chains: [{%6$s filters: [{name: http, typed_config: {
          "@type": "%3$sfilters.network.http_connection_manager.v3.HttpConnectionManager", stat_prefix: %1$s,
          access_log: [{name: file, typed_config: {
            "@type": "%3$saccess_loggers.file.v3.FileAccessLog", path: "%4$s/%1$s.log"}}],
          route_config: {name: r, virtual_hosts: [{name: v, domains: [other.test, "*"], routes: [
            {match: {path: /nothing}, direct_response: {status: 404}}, %7$s {match: {prefix: /}, %5$s}]}]},
          http_filters: [{name: router, typed_config: {"@type": "%3$sfilters.http.router.v3.Router"}}]}}]}]}"""
        .formatted(name, address(port), TYPES, directory, action, transport, before);
  }

  private static String common(Path directory) {
    return """
        common_tls_context: {alpn_protocols: [h2],
          tls_certificates: [{certificate_chain: {filename: "%1$s/cert.pem"}, private_key: {filename: "%1$s/key.pem"}}],
          validation_context: {trusted_ca: {filename: "%1$s/ca.pem"}, match_typed_subject_alt_names: [
            {san_type: URI, matcher: {exact: "spiffe://train.test/ns/train/sa/proxy"}}]}}"""
        .formatted(directory);
  }

  private static String downstream(Path directory) {
    return """
        transport_socket: {name: tls, typed_config: {"@type": "%stransport_sockets.tls.v3.DownstreamTlsContext",
          require_client_certificate: true, %s}},"""
        .formatted(TYPES, common(directory));
  }

  private static String upstream(Path directory) {
    return """
        , typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {
          "@type": "%1$supstreams.http.v3.HttpProtocolOptions", explicit_http_config: {http2_protocol_options: {}},
          common_http_protocol_options: {max_requests_per_connection: 30}}},
        transport_socket: {name: tls, typed_config: {"@type": "%1$stransport_sockets.tls.v3.UpstreamTlsContext", %2$s}}"""
        .formatted(TYPES, common(directory));
  }

  private static String cluster(String name, int port, String more) {
    return "{name: %1$s, connect_timeout: 2s, load_assignment: {cluster_name: %1$s, endpoints: [{lb_endpoints: ["
            .formatted(name)
        + "{endpoint: {address: "
        + address(port)
        + "}}]}]}"
        + more
        + "}";
  }
}
