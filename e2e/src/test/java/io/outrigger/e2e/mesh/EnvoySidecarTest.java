package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.CertificateRequest;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import io.outrigger.identity.SigningResult;
import io.outrigger.identity.SpiffeId;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Envoy as one of the sidecars, run by our control plane, calls and is called by ours. */
class EnvoySidecarTest {
  @TempDir private Path directory;

  @Test
  void aRealEnvoyCarriesTheSameTraffic() throws Exception {
    List<Integer> ports = FreePorts.find(12);
    int control = ports.get(0);
    int plaintext = ports.get(1);
    int pages = ports.get(2);
    int ourInbound = ports.get(3);
    int ourProxy = ports.get(4);
    int ourAdmin = ports.get(5);
    int envoyInbound = ports.get(6);
    int envoyProxy = ports.get(7);
    int envoyAdmin = ports.get(8);
    try (EchoUpstream ourApp = EchoUpstream.start("ours");
        EchoUpstream envoyApp = EchoUpstream.start("theirs");
        TestMesh mesh =
            new TestMesh(
                directory,
                TestMesh.service("ours", ourInbound)
                    + TestMesh.service("theirs", envoyInbound)
                    + TestMesh.STRICT)) {
      mesh.readyControl(control, plaintext, pages);
      mesh.sidecar(
          "ours",
          "127.0.0.1:" + control,
          List.of(),
          List.of(
              "--app-port", Integer.toString(ourApp.port()),
              "--inbound-port", Integer.toString(ourInbound),
              "--http-proxy-port", Integer.toString(ourProxy),
              "--admin-port", Integer.toString(ourAdmin)));
      Path bootstrap = directory.resolve("envoy.yaml");
      Files.writeString(
          bootstrap,
          bootstrap(
              plaintext, envoyAdmin, envoyInbound, envoyProxy, envoyApp.port(), secrets(mesh)));
      Program envoy =
          mesh.start(
              "envoy",
              List.of(),
              List.of(
                  Installed.envoy(),
                  "-c",
                  bootstrap.toString(),
                  "--concurrency",
                  "1",
                  "--disable-hot-restart",
                  "-l",
                  "warning"));
      mesh.await("ours is live", () -> RawClient.get(ourAdmin, "/ready").contains("LIVE"));
      mesh.await(
          "Envoy is live",
          () -> envoy.alive() && RawClient.get(envoyAdmin, "/ready").contains("LIVE"));

      mesh.await("Envoy calls ours", () -> TestMesh.ask(envoyProxy, "ours").contains("GET /hello"));
      mesh.await("ours calls Envoy", () -> TestMesh.ask(ourProxy, "theirs").contains("GET /hello"));
      String seenByUs = TestMesh.ask(envoyProxy, "ours");
      String seenByThem = TestMesh.ask(ourProxy, "theirs");

      // each application is told, by XFCC, whom the caller's certificate names
      assertThat(seenByUs).contains("URI=spiffe://cluster.local/ns/shop/sa/theirs");
      assertThat(seenByThem).contains("URI=spiffe://cluster.local/ns/shop/sa/ours");
      assertThat(RawClient.get(envoyAdmin, "/stats"))
          .containsPattern("outbound\\|9080\\|\\|ours\\S+\\.ssl\\.handshake: [1-9]");
      assertThat(RawClient.get(ourAdmin, "/stats"))
          .containsPattern("outbound\\|9080\\|\\|theirs\\S+\\.ssl\\.handshake: [1-9]");
      mesh.await(
          "all is in force", () -> RawClient.get(pages, "/debug/syncz").contains("\"SYNCED\""));
      assertThat(RawClient.get(pages, "/debug/syncz")).doesNotContain("\"nack\"");
    }
  }

  /** A certificate for the Envoy, in the files that it reads as SDS. */
  private Path secrets(TestMesh mesh) throws IOException {
    CertificateAuthority authority = mesh.authority();
    KeyPair keys = KeyPairs.ecP256();
    SpiffeId id = new SpiffeId("cluster.local", TestMesh.NAMESPACE, "theirs");
    SigningResult signed =
        authority.sign(CertificateRequest.pem(keys, id), id, Duration.ofHours(1));
    assertThat(signed).isInstanceOf(SigningResult.Signed.class);
    String chain = ((SigningResult.Signed) signed).chain().get(0);
    Path secrets = Files.createDirectories(directory.resolve("secrets"));
    Files.writeString(
        secrets.resolve("default.yaml"),
        """
        resources:
        - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
          name: default
          tls_certificate:
            certificate_chain: {inline_string: "%s"}
            private_key: {inline_string: "%s"}
        """
            .formatted(oneLine(chain), oneLine(Pem.privateKey(keys.getPrivate()))));
    Files.writeString(
        secrets.resolve("ROOTCA.yaml"),
        """
        resources:
        - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
          name: ROOTCA
          validation_context: {trusted_ca: {inline_string: "%s"}}
        """
            .formatted(oneLine(authority.rootPem())));
    return secrets;
  }

  private static String oneLine(String pem) {
    return pem.replace("\n", "\\n");
  }

  private static String bootstrap(
      int xds, int admin, int inbound, int httpProxy, int app, Path secrets) {
    return """
    node:
      id: sidecar~127.0.0.1~theirs.shop~shop.svc.cluster.local
      cluster: theirs
      metadata:
        NAMESPACE: shop
        SERVICE: theirs
        SERVICE_ACCOUNT: theirs
        LABELS: {app: theirs}
        INTERCEPTION_MODE: NONE
        INBOUND_PORT: "%3$d"
        HTTP_PROXY_PORT: "%4$d"
        APP_PORT: "%5$d"
        SDS_DIRECTORY: %6$s
    admin: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}
    dynamic_resources:
      ads_config:
        api_type: DELTA_GRPC
        transport_api_version: V3
        grpc_services: [{envoy_grpc: {cluster_name: xds}}]
      cds_config: {ads: {}, resource_api_version: V3}
      lds_config: {ads: {}, resource_api_version: V3}
    static_resources:
      clusters:
      - name: xds
        connect_timeout: 2s
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            explicit_http_config: {http2_protocol_options: {}}
        load_assignment:
          cluster_name: xds
          endpoints:
          - lb_endpoints:
            - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}}
    """
        .formatted(xds, admin, inbound, httpProxy, app, secrets);
  }
}
