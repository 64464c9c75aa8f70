package io.outrigger.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.e2e.mesh.TestMesh;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import io.outrigger.testkit.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway before a service with a sidecar: our proxy, and a real Envoy, answer the same. */
class GatewayTest {
  private static final String SIDECAR_OF_WEB = "web";

  @TempDir private Path directory;
  private final TestCa publicCa = new TestCa("public");
  private final TestCa clientCa = new TestCa("clients");
  private Path ca;
  private List<Integer> ports;

  private int http() {
    return ports.get(0);
  }

  private int https() {
    return ports.get(1);
  }

  private int tcp() {
    return ports.get(2);
  }

  private int pages() {
    return ports.get(3);
  }

  private int admin() {
    return ports.get(4);
  }

  private int control() {
    return ports.get(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"outrigger", "envoy"})
  void whatComesFromOutsideReachesTheServicesItIsFor(String proxy) throws Exception {
    ports = FreePorts.find(9);
    ca = Files.writeString(directory.resolve("ca.pem"), publicCa.pem());
    try (EchoUpstream web = EchoUpstream.start("web");
        EchoUpstream raw = EchoUpstream.start("raw");
        TlsServer encrypted = new TlsServer(publicCa.leaf("DNS:p.example.com"));
        TestMesh mesh =
            new TestMesh(
                directory,
                GatewayMesh.yaml(
                    http(), https(), tcp(), ports.get(6), raw.port(), encrypted.port()))) {
      secrets(publicCa.leaf("DNS:a.example.com"), "");
      mesh.readyControl(control(), ports.get(7), pages());
      mesh.sidecar(
          SIDECAR_OF_WEB,
          "127.0.0.1:" + control(),
          List.of(),
          List.of(
              "--app-port", Integer.toString(web.port()),
              "--inbound-port", Integer.toString(ports.get(6)),
              "--admin-port", Integer.toString(ports.get(8))));
      start(mesh, proxy);
      mesh.await("the gateway is live", () -> RawClient.get(admin(), "/ready").contains("LIVE"));
      mesh.await(
          "the service is reached",
          () -> Curl.get("http://a.example.com:" + http() + "/web").contains("GET /inside"));

      plain();
      encrypted();
      notServed();
      rotation(mesh);
      assertThat(RawClient.get(pages(), "/debug/syncz")).doesNotContain("\"nack\"");
      assertThat(RawClient.get(pages(), "/debug/config_dump?proxyID=router"))
          .contains("kubernetes://a", "[redacted]")
          .doesNotContain("PRIVATE KEY");
    }
  }

  private void start(TestMesh mesh, String proxy) throws IOException {
    if (proxy.equals("envoy")) {
      Path bootstrap =
          EnvoyRouter.write(directory, directory.resolve("control"), control(), admin());
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
      return;
    }
    mesh.gateway(
        "edge",
        "127.0.0.1:" + control(),
        List.of("--label", "istio=ingressgateway", "--admin-port", Integer.toString(admin())));
  }

  private void plain() throws Exception {
    String answer = Curl.get("http://a.example.com:" + http() + "/web/page?x=1");
    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .contains("server: istio-envoy")
        .contains("GET /inside/page?x=1")
        .contains("x-envoy-external-address: 127.0.0.1")
        .contains("x-forwarded-proto: http")
        // the sidecar saw whose connection it is
        .contains("URI=spiffe://cluster.local/ns/shop/sa/edge");
    // what a client says of itself isn't believed
    assertThat(
            Curl.get(
                "http://a.example.com:" + http() + "/web",
                "-H",
                "x-forwarded-client-cert: URI=spiffe://cluster.local/ns/shop/sa/admin",
                "-H",
                "x-envoy-retry-on: 5xx"))
        .doesNotContain("sa/admin")
        .doesNotContain("x-envoy-retry-on");
    assertThat(Curl.get("http://secure.example.com:" + http() + "/web?q"))
        .startsWith("HTTP/1.1 301")
        .contains("location: https://secure.example.com");
    assertThat(Curl.get("http://other.example.net:" + http() + "/web")).startsWith("HTTP/1.1 404");
    assertThat(Curl.get("http://a.example.com:" + http() + "/unknown")).startsWith("HTTP/1.1 404");
    assertThat(Curl.get("http://raw.example.org:" + tcp() + "/straight"))
        .contains("raw")
        .contains("GET /straight");
  }

  private void encrypted() throws Exception {
    String trust = ca.toString();
    String a = Curl.get("https://a.example.com:" + https() + "/web", "--cacert", trust);
    assertThat(a).startsWith("HTTP/2 200").contains("x-forwarded-proto: https");
    assertThat(
            Curl.get("https://b.example.com:" + https() + "/web", "--cacert", trust, "--http1.1"))
        .startsWith("HTTP/1.1 200");
    // b's certificate has its own name only: each is shown for its name
    assertThat(certificate("a.example.com")).contains("a.example.com");
    assertThat(certificate("b.example.com")).contains("b.example.com");
    // a server's routes are its own hosts' alone
    assertThat(
            Curl.get(
                "https://a.example.com:" + https() + "/web",
                "--cacert",
                trust,
                "-H",
                "host: b.example.com"))
        .startsWith("HTTP/2 404");
    assertThat(Curl.get("https://p.example.com:" + https() + "/", "--cacert", trust, "--http1.1"))
        .contains("passed");

    TestCa.Leaf client = clientCa.leaf("DNS:partner.example.net");
    Path certificate = Files.writeString(directory.resolve("c.pem"), client.certificatePem());
    Path key = Files.writeString(directory.resolve("c.key"), client.keyPem());
    String mutual = "https://m.example.com:" + https() + "/web";
    assertThat(
            Curl.get(
                mutual,
                "--cacert",
                trust,
                "--cert",
                certificate.toString(),
                "--key",
                key.toString()))
        .startsWith("HTTP/2 200")
        .contains("DNS=partner.example.net");
    assertThat(Curl.get(mutual, "--cacert", trust)).startsWith("curl:");
    TestCa.Leaf stranger = new TestCa("strangers").leaf("DNS:partner.example.net");
    Files.writeString(certificate, stranger.certificatePem());
    Files.writeString(key, stranger.keyPem());
    assertThat(
            Curl.get(
                mutual,
                "--cacert",
                trust,
                "--cert",
                certificate.toString(),
                "--key",
                key.toString()))
        .startsWith("curl:");
  }

  private void notServed() throws Exception {
    assertThat(Curl.get("https://gone.example.com:" + https() + "/web", "-k")).startsWith("curl:");
    assertThat(RawClient.get(pages(), "/debug/syncz"))
        .contains("port " + https() + " (https-gone) isn't served: secret shop/gone is missing");
  }

  private void rotation(TestMesh mesh) throws Exception {
    String before = certificate("a.example.com");
    try (SSLSocket kept = connect("a.example.com")) {
      RawClient client = new RawClient(kept);
      String request = "GET /web/kept HTTP/1.1\r\nhost: a.example.com\r\n\r\n";
      client.send(request);
      assertThat(client.response(false)).contains("GET /inside/kept");

      secrets(
          publicCa.leaf("DNS:a.example.com", "DNS:new.example.com"),
          TlsSecret.yaml("shop", "gone", publicCa.leaf("DNS:gone.example.com"), ""));
      mesh.await(
          "the new certificate is shown", () -> !certificate("a.example.com").equals(before));
      mesh.await(
          "what was missing is served",
          () ->
              Curl.get("https://gone.example.com:" + https() + "/web", "--cacert", ca.toString())
                  .startsWith("HTTP/2 200"));
      client.send(request);
      assertThat(client.response(false)).contains("GET /inside/kept");
    }
  }

  private void secrets(TestCa.Leaf a, String more) throws IOException {
    Path next = directory.resolve("secrets.next");
    Files.writeString(
        next,
        TlsSecret.yaml("shop", "a", a, "")
            + TlsSecret.yaml("shop", "b", publicCa.leaf("DNS:b.example.com"), "")
            + TlsSecret.yaml("shop", "m", publicCa.leaf("DNS:m.example.com"), clientCa.pem())
            + more);
    Files.move(next, directory.resolve("mesh/secrets.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The names and number of the certificate that is shown to who asks for a name. */
  private String certificate(String name) throws IOException, GeneralSecurityException {
    try (SSLSocket socket = connect(name)) {
      var leaf = (java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0];
      return leaf.getSubjectAlternativeNames() + " " + leaf.getSerialNumber();
    }
  }

  private SSLSocket connect(String name) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", publicCa.certificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", https());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }
}
