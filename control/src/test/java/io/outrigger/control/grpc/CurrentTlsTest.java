package io.outrigger.control.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.control.ca.ServerIdentity;
import io.outrigger.identity.AuthorityPem;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.SpiffeId;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The port's roots change: clients that come are held to those of the moment. */
class CurrentTlsTest {
  private static final SpiffeId ID = new SpiffeId("cluster.local", "shop", "reviews");
  private static final char[] NONE = {};
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final byte PING = 6;
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  private final AuthorityPem a = AuthorityPem.create("cluster.local", Instant.now());
  private final AuthorityPem b = AuthorityPem.create("cluster.local", Instant.now());
  private volatile CertificateAuthority authority = of(a.roots(), a.key());
  private GrpcPorts ports;

  private static CertificateAuthority of(String roots, String key) {
    return CertificateAuthority.of(
        new AuthorityPem(roots, key), "test", "cluster.local", InstantSource.system());
  }

  @BeforeEach
  void open() throws IOException {
    ports =
        GrpcPorts.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            0,
            new ServerIdentity(() -> authority, ID, List.of("localhost"), InstantSource.system()),
            () -> authority.roots(),
            List.of(),
            List.of());
  }

  @AfterEach
  void close() {
    ports.close();
  }

  /** A client that holds a certificate of one authority, and trusts what another does. */
  private static SSLContext client(CertificateAuthority holds, CertificateAuthority trusts)
      throws Exception {
    KeyPair keys = KeyPairs.ecP256();
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(
        "key",
        keys.getPrivate(),
        NONE,
        holds
            .issueServer(keys, ID, List.of(), List.of(), Duration.ofHours(1))
            .toArray(X509Certificate[]::new));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(own, NONE);
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    for (X509Certificate root : trusts.roots()) {
      roots.setCertificateEntry("root" + roots.size(), root);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private SSLSocket connect(SSLContext client) throws IOException {
    SSLSocket socket =
        (SSLSocket) client.getSocketFactory().createSocket("localhost", ports.tlsPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  /** In TLS 1.3 a client hears with the first answer that its certificate was taken. */
  private static void greet(SSLSocket socket) throws IOException {
    socket.getOutputStream().write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(SETTINGS);
    socket.getOutputStream().flush();
    frame(socket.getInputStream());
  }

  /** Reads a frame; its type. */
  private static int frame(InputStream in) throws IOException {
    byte[] head = in.readNBytes(9);
    if (head.length < 9) {
      throw new EOFException("the server has closed");
    }
    in.skipNBytes((head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff));
    return head[3];
  }

  @Test
  void whoComesIsHeldToTheRootsOfTheMoment() throws Exception {
    CertificateAuthority both = of(b.roots() + a.roots(), b.key());
    SSLContext old = client(authority, both);
    SSLContext next = client(both, both);
    try (SSLSocket open = connect(old)) {
      greet(open);
      assertRefused(next);

      authority = both;
      try (SSLSocket first = connect(old);
          SSLSocket second = connect(next)) {
        greet(first);
        greet(second);
        assertThat(second.getSession().getPeerCertificates()).endsWith(both.root());
      }

      authority = of(b.roots(), b.key());
      // nor may it resume the session that it has
      assertRefused(old);
      try (SSLSocket socket = connect(next)) {
        greet(socket);
      }
      // the connection that was there before it all
      open.getOutputStream()
          .write(new byte[] {0, 0, 8, PING, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8});
      open.getOutputStream().flush();
      int type = frame(open.getInputStream());
      while (type != PING) {
        type = frame(open.getInputStream());
      }
    }
  }

  private void assertRefused(SSLContext client) {
    assertThatThrownBy(
            () -> {
              try (SSLSocket socket = connect(client)) {
                greet(socket);
              }
            })
        .isInstanceOf(IOException.class);
  }
}
