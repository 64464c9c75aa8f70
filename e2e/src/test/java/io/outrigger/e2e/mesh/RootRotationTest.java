package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.identity.AuthorityFiles;
import io.outrigger.identity.AuthorityPem;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.CertificateRequest;
import io.outrigger.identity.Fingerprint;
import io.outrigger.identity.KeyFiles;
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
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mesh goes from one root to another in the three steps of docs/tasks/install-kubernetes.md: no
 * process starts anew, no connection is closed for it, no request fails.
 */
class RootRotationTest {
  private static final Duration LIFETIME = Duration.ofSeconds(20);

  /** A second name of the server's, whose calls stay on one connection. */
  private static final String MESH =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: kept, namespace: shop}
      spec: {selector: {app: server}, ports: [{name: http, port: 9080}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: server, namespace: shop}
      spec:
        host: server
        trafficPolicy: {connectionPool: {http: {maxRequestsPerConnection: 5}}}
      ---
      """;

  private static final String REQUEST =
      "GET /hello HTTP/1.1\r\nhost: server\r\nconnection: close\r\n\r\n";

  @TempDir private Path directory;

  @Test
  void noRequestFailsWhileOneRootFollowsAnother() throws Exception {
    List<Integer> ports = FreePorts.find(9);
    int inbound = ports.get(3);
    int proxy = ports.get(4);
    int clientAdmin = ports.get(5);
    int serverAdmin = ports.get(6);
    String at = "127.0.0.1:" + ports.get(0);
    try (EchoUpstream app = EchoUpstream.start("app");
        TestMesh mesh =
            new TestMesh(directory, TestMesh.service("server", inbound) + MESH + TestMesh.STRICT)) {
      Program control = mesh.readyControl(ports.get(0), ports.get(1), ports.get(2));
      AuthorityPem a = AuthorityFiles.read(mesh.state());
      AuthorityPem b = AuthorityPem.create("cluster.local", Instant.now());
      // one sidecar as after `outrigger join`: it knows of roots what the control plane tells
      Path own = Files.createDirectories(directory.resolve("server")).resolve("root-cert.pem");
      Files.writeString(own, a.roots());
      Program server =
          mesh.sidecar(
              "server",
              at,
              List.of(),
              List.of(
                  "--app-port", Integer.toString(app.port()),
                  "--inbound-port", Integer.toString(inbound),
                  "--admin-port", Integer.toString(serverAdmin),
                  "--lifetime", LIFETIME.toSeconds() + "s",
                  "--ca-file", own.toString()));
      // and one as in a pod: the roots are in a file that somebody else writes
      Program client =
          mesh.sidecar(
              "client",
              at,
              List.of(),
              List.of(
                  "--app-port", Integer.toString(ports.get(7)),
                  "--inbound-port", Integer.toString(ports.get(8)),
                  "--http-proxy-port", Integer.toString(proxy),
                  "--admin-port", Integer.toString(clientAdmin),
                  "--lifetime", LIFETIME.toSeconds() + "s"));
      mesh.await("calls arrive", () -> TestMesh.ask(proxy, "server").contains("GET /hello"));
      mesh.await("on both names", () -> TestMesh.ask(proxy, "kept").contains("GET /hello"));

      try (SteadyCalls calls = new SteadyCalls(proxy)) {
        calls.to("kept");
        mesh.await("the first answers", () -> calls.answered() > 10);
        calls.to("server");
        final int kept = connections(clientAdmin, "outbound|9080||kept.shop.svc.cluster.local");
        final int clientStream = connections(clientAdmin, "xds-grpc");
        final int serverStream = connections(serverAdmin, "xds-grpc");
        assertThat(answer(inbound, a)).startsWith("HTTP/1.1 200");
        assertThat(answer(inbound, b)).doesNotContain("HTTP/1.1");

        write(mesh, a.roots() + b.roots(), a.key());
        for (Program sidecar : List.of(client, server)) {
          mesh.await("both are trusted", () -> trusted(sidecar).equals(ids(a, b)));
        }
        assertThat(answer(inbound, b)).startsWith("HTTP/1.1 200");

        write(mesh, b.roots() + a.roots(), b.key());
        mesh.await("the client's is signed by the next", () -> isSigned("client", b));
        mesh.await("the server's is signed by the next", () -> isSigned("server", b));
        Instant over = Instant.now().plus(LIFETIME);
        assertThat(answer(inbound, a)).startsWith("HTTP/1.1 200");
        mesh.await("no certificate of the first is valid", () -> Instant.now().isAfter(over));

        write(mesh, b.roots(), b.key());
        for (Program sidecar : List.of(client, server)) {
          mesh.await("the next alone is trusted", () -> trusted(sidecar).equals(ids(b)));
        }
        assertThat(answer(inbound, a)).doesNotContain("HTTP/1.1");
        assertThat(answer(inbound, b)).startsWith("HTTP/1.1 200");
        int now = calls.answered();
        mesh.await("calls go on", () -> calls.answered() > now + 100);

        assertThat(calls.failures()).isEmpty();
        assertThat(List.of(control, server, client)).allMatch(Program::alive);
        assertThat(connections(clientAdmin, "outbound|9080||server.shop.svc.cluster.local"))
            .as("handshakes at all times")
            .isGreaterThan(calls.answered() / 20);
        assertThat(connections(clientAdmin, "outbound|9080||kept.shop.svc.cluster.local"))
            .as("the connection that was there before")
            .isEqualTo(kept);
        assertThat(connections(clientAdmin, "xds-grpc")).isEqualTo(clientStream);
        assertThat(connections(serverAdmin, "xds-grpc")).isEqualTo(serverStream);
        assertThat(RawClient.get(ports.get(2), "/metrics"))
            .contains("outrigger_authority_changes 3\n", "outrigger_authority_stale 0\n");
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + mesh.logs(), e);
      }
    }
  }

  /** As an editor and a copy would: one file after the other. */
  private static void write(TestMesh mesh, String roots, String key) throws IOException {
    KeyFiles.writePrivate(mesh.state().resolve("ca-key.pem"), key);
    KeyFiles.writePublic(mesh.state().resolve("root-cert.pem"), roots);
  }

  private static Set<String> ids(AuthorityPem... authorities) {
    Set<String> ids = new java.util.TreeSet<>();
    for (AuthorityPem pem : authorities) {
      ids.add(Fingerprint.of(Pem.certificates(pem.roots()).getFirst()));
    }
    return ids;
  }

  /** By what the sidecar said last. */
  private static Set<String> trusted(Program sidecar) throws IOException {
    Matcher line = Pattern.compile("trusts (sha256:.*)").matcher(sidecar.output());
    Set<String> last = Set.of();
    while (line.find()) {
      last = Set.of(line.group(1).split(", "));
    }
    return last;
  }

  private boolean isSigned(String service, AuthorityPem by) throws Exception {
    X509Certificate leaf =
        Pem.certificates(Files.readString(directory.resolve(service).resolve("cert-chain.pem")))
            .getFirst();
    try {
      leaf.verify(Pem.certificates(by.roots()).getFirst().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static int connections(int admin, String cluster) throws IOException {
    Matcher total =
        Pattern.compile("cluster\\." + Pattern.quote(cluster) + "\\.upstream_cx_total: (\\d+)")
            .matcher(RawClient.get(admin, "/stats"));
    assertThat(total.find()).as(cluster).isTrue();
    return Integer.parseInt(total.group(1));
  }

  /** What the server's sidecar says to a caller whose certificate is of that authority. */
  private String answer(int inbound, AuthorityPem authority) throws Exception {
    KeyPair keys = KeyPairs.ecP256();
    SpiffeId id = new SpiffeId("cluster.local", TestMesh.NAMESPACE, "client");
    SigningResult.Signed signed =
        (SigningResult.Signed)
            CertificateAuthority.of(authority, "test", "cluster.local", InstantSource.system())
                .sign(CertificateRequest.pem(keys, id), id, LIFETIME);
    Files.writeString(directory.resolve("caller.pem"), signed.chain().getFirst());
    Files.writeString(directory.resolve("caller.key"), Pem.privateKey(keys.getPrivate()));
    String said =
        new Openssl(directory)
            .run(
                REQUEST,
                "s_client",
                "-quiet",
                "-verify_quiet",
                "-connect",
                "127.0.0.1:" + inbound,
                "-alpn",
                "istio-http/1.1",
                "-cert",
                "caller.pem",
                "-key",
                "caller.key");
    int head = said.indexOf("HTTP/1.1");
    return head < 0 ? said : said.substring(head);
  }
}
