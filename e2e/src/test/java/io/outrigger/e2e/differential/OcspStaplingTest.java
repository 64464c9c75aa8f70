package io.outrigger.e2e.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.TestCa;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * OCSP responses beside the certificate: a real Envoy and ours, asked by the real openssl, show the
 * same and count the same.
 */
class OcspStaplingTest {
  private final TestCa authority = new TestCa("ocsp");
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    // policy, response, what a client sees that asks
    "LENIENT_STAPLING, fresh, successful",
    "LENIENT_STAPLING, old, no response sent",
    "LENIENT_STAPLING, endless, no response sent",
    "LENIENT_STAPLING, '', no response sent",
    "STRICT_STAPLING, fresh, successful",
    "STRICT_STAPLING, old, fails",
    "STRICT_STAPLING, '', no response sent",
    "MUST_STAPLE, fresh, successful",
    "MUST_STAPLE, old, fails",
  })
  void asEnvoyDoes(String policy, String response, String seen) throws Exception {
    TestCa.Leaf leaf = authority.leaf("DNS:s.test");
    Files.writeString(directory.resolve("cert.pem"), leaf.certificatePem());
    Files.writeString(directory.resolve("key.pem"), leaf.keyPem());
    Instant now = Instant.now();
    Instant until =
        switch (response) {
          case "fresh" -> now.plus(Duration.ofDays(1));
          case "old" -> now.minus(Duration.ofDays(1));
          default -> null;
        };
    Files.write(directory.resolve("staple.der"), authority.ocspResponse(leaf, until));
    String staple =
        response.isEmpty()
            ? ""
            : ", ocsp_staple: {filename: " + directory.resolve("staple.der") + "}";
    List<Integer> free = FreePorts.find(4);
    List<String> theirs;
    List<String> ours;
    Map<String, Integer> ports = Map.of("admin", free.get(0), "in", free.get(1));
    Path one = Files.createDirectories(directory.resolve("one"));
    try (ProxyUnderTest envoy = ProxyUnderTest.envoy(yaml(ports, policy, staple), ports, one)) {
      theirs = outcome(envoy);
    }
    ports = Map.of("admin", free.get(2), "in", free.get(3));
    Path two = Files.createDirectories(directory.resolve("two"));
    try (ProxyUnderTest proxy = ProxyUnderTest.outrigger(yaml(ports, policy, staple), ports, two)) {
      ours = outcome(proxy);
    }
    assertThat(theirs.subList(0, 3)).containsExactly(seen, seen, "not asked");
    // ours doesn't look at what clients ask for where there is nothing to show
    boolean looks = !response.isEmpty() || !policy.equals("LENIENT_STAPLING");
    int compared = looks ? theirs.size() : 3;
    assertThat(ours.subList(0, compared)).isEqualTo(theirs.subList(0, compared));
    assertThat(ours).hasSameSizeAs(theirs);
  }

  private String yaml(Map<String, Integer> ports, String policy, String staple) {
    return """
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        static_resources:
          listeners:
          - name: l
            stat_prefix: l
            address: {socket_address: {address: 127.0.0.1, port_value: %d}}
            filter_chains:
            - filters: [{name: h, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: h, http_filters: [{name: r, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}], route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, direct_response: {status: 200}}]}]}}}]
              transport_socket: {name: tls, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext, ocsp_staple_policy: %s, common_tls_context: {tls_certificates: [{certificate_chain: {filename: %s/cert.pem}, private_key: {filename: %s/key.pem}%s}]}}}
        """
        .formatted(ports.get("admin"), ports.get("in"), policy, directory, directory, staple);
  }

  /** What clients see that ask by TLS 1.3 and 1.2, and one that doesn't; then what was counted. */
  private static List<String> outcome(ProxyUnderTest proxy) throws Exception {
    List<String> out = new ArrayList<>();
    out.add(ask(proxy, "-status"));
    out.add(ask(proxy, "-status", "-tls1_2"));
    out.add(ask(proxy));
    proxy
        .admin("/stats?filter=ocsp_staple")
        .lines()
        .filter(line -> line.contains("listener.l."))
        .sorted()
        .forEach(out::add);
    return out;
  }

  private static String ask(ProxyUnderTest proxy, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + proxy.port("in"),
                "-servername",
                "s.test"));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    if (said.contains("Cipher is (NONE)")) {
      return "fails";
    }
    if (said.contains("OCSP Response Status: successful")) {
      return "successful";
    }
    return said.contains("OCSP response: no response sent") ? "no response sent" : "not asked";
  }
}
