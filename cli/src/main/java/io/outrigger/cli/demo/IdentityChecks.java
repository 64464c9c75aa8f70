package io.outrigger.cli.demo;

import io.outrigger.cli.local.Child;
import io.outrigger.cli.local.Readiness;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.CertificateRequest;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import io.outrigger.identity.SigningResult;
import io.outrigger.identity.SpiffeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Assertions about identity: who is encrypted, who is refused, and that renewal hurts nobody. */
final class IdentityChecks {
  private static final String REQUEST = "GET /reviews/1 HTTP/1.1\r\nhost: reviews:9080\r\n\r\n";
  private static final Instance TARGET = Instance.named("reviews-v1");

  private final Check check;
  private final Mesh mesh;
  private final SidecarStats stats = new SidecarStats();

  IdentityChecks(Check check, Mesh mesh) {
    this.check = check;
    this.mesh = mesh;
  }

  /** Every call between services was made in mutual TLS. */
  void encrypted() throws IOException, InterruptedException {
    int encrypted = 0;
    int plain = 0;
    for (Instance instance : Instance.ALL) {
      SidecarStats.Reading reading = stats.read(instance);
      for (String name : reading.numbers().keySet()) {
        if (name.startsWith("cluster.outbound|")
            && name.endsWith(".upstream_cx_total")
            && reading.number(name) > 0) {
          String cluster = name.substring(0, name.length() - ".upstream_cx_total".length());
          if (reading.number(cluster + ".ssl.handshake") > 0) {
            encrypted++;
          } else {
            plain++;
          }
        }
      }
    }
    check.report(
        encrypted >= 3 && plain == 0,
        "all traffic between services is in mutual TLS",
        encrypted + " edges encrypted, " + plain + " plain");
  }

  /** In STRICT mode a caller without TLS gets no answer. */
  void plaintextRefused() {
    String answer;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), TARGET.inboundPort())) {
      socket.setSoTimeout(3000);
      socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
      answer = read(socket.getInputStream());
    } catch (IOException e) {
      answer = "";
    }
    check.report(
        !answer.startsWith("HTTP/"),
        "a plaintext caller is refused in STRICT mode",
        answer.isEmpty() ? "the connection was closed" : "it was answered " + firstLine(answer));
  }

  /** A caller whose certificate is of another authority gets no answer; one of ours does. */
  void foreignCertificateRefused() throws IOException {
    CertificateAuthority foreign =
        CertificateAuthority.open(
            mesh.run().resolve("foreign"), "cluster.local", InstantSource.system());
    CertificateAuthority own =
        CertificateAuthority.open(mesh.controlState(), "cluster.local", InstantSource.system());
    String refused = ask(foreign);
    String answered = ask(own);
    check.report(
        !refused.startsWith("HTTP/") && answered.startsWith("HTTP/1.1 200"),
        "a caller with a foreign certificate is refused, one with ours is served",
        "foreign: "
            + (refused.isEmpty() ? "closed" : firstLine(refused))
            + "; ours: "
            + firstLine(answered));
  }

  private String ask(CertificateAuthority authority) throws IOException {
    KeyPair keys = KeyPairs.ecP256();
    SpiffeId id = new SpiffeId("cluster.local", Mesh.NAMESPACE, "frontend");
    SigningResult signed =
        authority.sign(CertificateRequest.pem(keys, id), id, Duration.ofMinutes(5));
    if (!(signed instanceof SigningResult.Signed good)) {
      throw new IOException("no certificate to test with: " + signed);
    }
    try (SSLSocket socket = connect(keys, good.chain())) {
      socket.setSoTimeout(3000);
      socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
      return read(socket.getInputStream());
    } catch (SSLException e) {
      return "";
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private SSLSocket connect(KeyPair keys, List<String> chain)
      throws IOException, GeneralSecurityException {
    X509Certificate[] certificates =
        Pem.certificates(String.join("\n", chain)).toArray(X509Certificate[]::new);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("key", keys.getPrivate(), new char[0], certificates);
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust(), null);
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), TARGET.inboundPort());
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"istio-http/1.1", "istio", "http/1.1"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  private TrustManager[] trust() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate root =
        CertificateAuthority.open(mesh.controlState(), "cluster.local", InstantSource.system())
            .root();
    store.setCertificateEntry("root", root);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] part = new byte[4096];
    while (!out.toString(StandardCharsets.UTF_8).contains("\r\n\r\n")) {
      int length = in.read(part);
      if (length < 0) {
        break;
      }
      out.write(part, 0, length);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** A wrong token gets no certificate. */
  void tokensRefused() throws IOException, InterruptedException {
    Child child = mesh.startWithToken("stranger", "not-a-token");
    boolean refused =
        Readiness.await(
            Duration.ofSeconds(20),
            () ->
                java.nio.file.Files.readString(child.log()).contains("UNAUTHENTICATED")
                    || java.nio.file.Files.readString(child.log()).contains("token"));
    child.terminate();
    boolean ended = child.awaitExit(Duration.ofSeconds(10));
    if (!ended) {
      child.kill();
    }
    check.report(
        refused, "a wrong token gets no certificate", "the sidecar said why, and did not start");
  }

  /** Certificates of 20 s are renewed under load, and nobody notices. */
  void rotation() throws IOException, InterruptedException {
    AtomicReference<@Nullable String> first = new AtomicReference<>(serial());
    int[] rotations = {0};
    try (Load load = new Load(DemoCommand.frontend())) {
      load.start(100);
      Readiness.await(
          Duration.ofSeconds(40),
          () -> {
            String now = serial();
            if (!now.equals(first.get())) {
              first.set(now);
              rotations[0]++;
            }
            return rotations[0] >= 2;
          });
      check.report(
          rotations[0] >= 2 && load.bad() == 0,
          "certificates of 20 s rotate under load with no failure",
          rotations[0]
              + " rotations seen, "
              + load.good()
              + " requests, "
              + load.bad()
              + " failed"
              + TrafficChecks.first(load));
    }
  }

  /** The first serial number on the target's /certs page that is the workload's own. */
  private String serial() throws IOException, InterruptedException {
    String page = stats.get(TARGET, "/certs");
    int at = page.indexOf("\"cert_chain\"");
    int serial = page.indexOf("\"serial_number\"", Math.max(0, at));
    int end = serial < 0 ? -1 : page.indexOf('\n', serial);
    return serial < 0
        ? page.toLowerCase(Locale.ROOT)
        : page.substring(serial, end < 0 ? page.length() : end);
  }
}
