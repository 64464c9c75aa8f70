package io.outrigger.cli.join;

import io.outrigger.identity.Fingerprint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The mesh's root certificate, got from the control plane itself and known by its fingerprint. What
 * is shown is not trusted for anything but being compared: the connection is closed after.
 */
final class PinnedRoot {
  private static final int TIMEOUT_MILLIS = 10_000;

  private PinnedRoot() {}

  /**
   * Fetches it.
   *
   * @throws IOException if it isn't shown; says what is
   */
  static X509Certificate fetch(String host, int port, String fingerprint) throws IOException {
    Certificate[] chain;
    try (Socket plain = new Socket()) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Compared()}, new SecureRandom());
      plain.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      plain.setSoTimeout(TIMEOUT_MILLIS);
      try (SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
        tls.startHandshake();
        chain = tls.getSession().getPeerCertificates();
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS can't be set up: " + e.getMessage(), e);
    }
    String shown = "none";
    for (Certificate certificate : chain) {
      X509Certificate x509 = (X509Certificate) certificate;
      if (x509.getSubjectX500Principal().equals(x509.getIssuerX500Principal())) {
        shown = Fingerprint.of(x509);
        if (Fingerprint.same(shown, fingerprint)) {
          return x509;
        }
      }
    }
    throw new IOException(
        "its root certificate is "
            + shown
            + ", not "
            + fingerprint
            + " as --ca-fingerprint says: the token was not sent");
  }

  /** Lets every chain through: who it is shows by the fingerprint, after the handshake. */
  private static final class Compared implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
