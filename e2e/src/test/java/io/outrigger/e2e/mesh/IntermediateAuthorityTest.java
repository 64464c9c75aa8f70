package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An intermediate signs, as with Istio's {@code cacerts}: openssl made it, and checks its work. */
class IntermediateAuthorityTest {
  private static final String AUTHORITY =
      """
      basicConstraints = critical, CA:TRUE, pathlen:0
      keyUsage = critical, keyCertSign, cRLSign
      subjectKeyIdentifier = hash
      """;

  @TempDir private Path directory;

  /** A root of that name, and a request of the intermediate, in the state directory. */
  private Openssl root(Path state, String name) throws Exception {
    Files.createDirectories(state);
    Openssl openssl = new Openssl(state);
    Files.writeString(directory.resolve("ca.cnf"), "[req]\ndistinguished_name = dn\n[dn]\n");
    Files.writeString(directory.resolve("ca.ext"), AUTHORITY);
    openssl.run(
        "",
        "req",
        "-x509",
        "-config",
        directory.resolve("ca.cnf").toString(),
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-keyout",
        name + ".key",
        "-out",
        name + ".pem");
    return openssl;
  }

  private void intermediate(Openssl openssl, String root) throws Exception {
    openssl.run(
        "",
        "req",
        "-new",
        "-config",
        directory.resolve("ca.cnf").toString(),
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=e2e intermediate",
        "-keyout",
        "ca-key.pem",
        "-out",
        "ca.csr");
    String signed =
        openssl.run(
            "",
            "x509",
            "-req",
            "-in",
            "ca.csr",
            "-CA",
            root + ".pem",
            "-CAkey",
            root + ".key",
            "-CAcreateserial",
            "-days",
            "10",
            "-extfile",
            directory.resolve("ca.ext").toString(),
            "-out",
            "ca-cert.pem");
    assertThat(signed).contains("signature ok");
  }

  @Test
  void leafAndIntermediateAreShownAndLeadToTheRoot() throws Exception {
    List<Integer> ports = FreePorts.find(9);
    int inbound = ports.get(3);
    int proxy = ports.get(4);
    String at = "127.0.0.1:" + ports.get(0);
    try (EchoUpstream app = EchoUpstream.start("app");
        TestMesh mesh =
            new TestMesh(directory, TestMesh.service("server", inbound) + TestMesh.STRICT)) {
      Path state = mesh.state();
      Openssl openssl = root(state, "root");
      intermediate(openssl, "root");
      String root = Files.readString(state.resolve("root.pem"));
      Files.writeString(state.resolve("root-cert.pem"), root);
      Files.writeString(
          state.resolve("cert-chain.pem"), Files.readString(state.resolve("ca-cert.pem")) + root);
      mesh.readyControl(ports.get(0), ports.get(1), ports.get(2));
      mesh.sidecar(
          "server",
          at,
          List.of(),
          List.of(
              "--app-port", Integer.toString(app.port()),
              "--inbound-port", Integer.toString(inbound),
              "--admin-port", Integer.toString(ports.get(5))));
      mesh.sidecar(
          "client",
          at,
          List.of(),
          List.of(
              "--app-port", Integer.toString(ports.get(6)),
              "--inbound-port", Integer.toString(ports.get(7)),
              "--http-proxy-port", Integer.toString(proxy),
              "--admin-port", Integer.toString(ports.get(8))));
      mesh.await(
          "a call in mutual TLS",
          () ->
              TestMesh.ask(proxy, "server")
                  .contains("URI=spiffe://cluster.local/ns/shop/sa/client"));

      String shown = shown(openssl, inbound, "-alpn", "istio-http/1.1");
      assertThat(shown).contains("Verification: OK");
      assertThat(certificates(shown)).as("leaf and intermediate: " + shown).isEqualTo(2);
      assertThat(shown)
          .containsPattern("0 s:\\s+i:CN = e2e intermediate")
          .containsPattern("1 s:CN = e2e intermediate\\s+i:CN = root");
      assertThat(verified(openssl, directory.resolve("client"))).endsWith("cert-chain.pem: OK\n");
      // the control plane shows the root, too: who joins compares its fingerprint
      String control = shown(openssl, ports.get(0), "-verify_hostname", "localhost");
      assertThat(control).contains("Verification: OK");
      assertThat(certificates(control)).isEqualTo(3);
      join(mesh, at);
      assertThat(verified(openssl, directory.resolve("machine"))).endsWith("cert-chain.pem: OK\n");
      assertThat(directory.resolve("machine/root-cert.pem")).hasContent(root);
    }
  }

  /** What openssl says of the chain that a sidecar keeps, by the root alone. */
  private static String verified(Openssl openssl, Path sidecar) throws Exception {
    String chain = sidecar.resolve("cert-chain.pem").toString();
    return openssl.run("", "verify", "-CAfile", "root.pem", "-untrusted", chain, chain);
  }

  /** A machine joins by the fingerprint of the root, which has no key there. */
  private void join(TestMesh mesh, String at) throws Exception {
    Program token =
        mesh.start(
            "token",
            List.of(),
            List.of(
                Installed.outrigger(),
                "token",
                "--state-dir",
                mesh.state().toString(),
                "--namespace",
                TestMesh.NAMESPACE,
                "--service-account",
                "cart",
                "--join",
                at));
    assertThat(token.awaitExit(Duration.ofSeconds(60))).as(token.output()).isZero();
    List<String> command =
        new ArrayList<>(List.of(token.output().strip().replace("PORT", "8080").split(" ")));
    command.set(0, Installed.outrigger());
    command.addAll(
        List.of(
            "--state-dir",
            directory.resolve("machine").toString(),
            "--write",
            directory.resolve("sidecar.env").toString()));
    Program join = mesh.start("join", List.of(), command);
    assertThat(join.awaitExit(Duration.ofSeconds(60))).as(join.output()).isZero();
  }

  private static String shown(Openssl openssl, int port, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "s_client", "-showcerts", "-CAfile", "root.pem", "-connect", "127.0.0.1:" + port));
    command.addAll(List.of(more));
    return openssl.run("", command.toArray(String[]::new));
  }

  private static int certificates(String shown) {
    return shown.split("-----BEGIN CERTIFICATE-----", -1).length - 1;
  }

  @Test
  void oneThatNoTrustedRootSignedIsRefusedAtTheStart() throws Exception {
    List<Integer> ports = FreePorts.find(3);
    try (TestMesh mesh = new TestMesh(directory, TestMesh.STRICT)) {
      Path state = mesh.state();
      Openssl openssl = root(state, "other");
      intermediate(openssl, "other");
      root(state, "root");
      Files.copy(state.resolve("root.pem"), state.resolve("root-cert.pem"));
      Program control =
          mesh.control(List.of(), "127.0.0.1", ports.get(0), ports.get(1), ports.get(2));
      assertThat(control.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
      assertThat(control.output())
          .contains(
              "outrigger control: "
                  + state
                  + ": ca-cert.pem has CN=e2e intermediate, which is signed by CN=other, and no"
                  + " certificate of that name and key is in cert-chain.pem or root-cert.pem;"
                  + " intermediates belong into the first, the root into the second");
    }
  }
}
