package io.outrigger.proxy.tls;

import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads what a finished handshake agreed on. */
final class Handshakes {
  private Handshakes() {}

  static TlsInfo info(SslHandler handler, TlsContext context, @Nullable String sni) {
    SSLSession session = handler.engine().getSession();
    byte[] id = session.getId();
    return new TlsInfo(
        session.getProtocol(),
        CipherNames.openssl(session.getCipherSuite()),
        handler.applicationProtocol(),
        sni,
        id.length == 0 ? null : HexFormat.of().formatHex(id),
        peer(session),
        context.local(),
        context.peerValidated());
  }

  /** What is known of a handshake that failed: for logs only. */
  static TlsInfo attempt(
      SslHandler handler, TlsContext context, @Nullable String sni, Throwable cause) {
    SSLSession session = handler.engine().getSession();
    String version = session.getProtocol();
    boolean agreed =
        version.startsWith("TLS") && !session.getCipherSuite().contains("_NULL_WITH_NULL");
    PeerRejected rejected = TlsFailure.find(cause);
    return new TlsInfo(
        agreed ? version : null,
        agreed ? CipherNames.openssl(session.getCipherSuite()) : null,
        null,
        sni,
        null,
        rejected == null ? null : rejected.peer(),
        context.local(),
        false);
  }

  /** Whether the handshake resumed an earlier session. */
  static boolean resumed(SslHandler handler) {
    return handler.engine() instanceof ReferenceCountedOpenSslEngine engine
        && engine.refCnt() > 0
        && SSL.isSessionReused(engine.sslPointer());
  }

  /** The key exchange group, such as X25519; empty where the library doesn't tell. */
  static String group(SslHandler handler) {
    if (handler.engine().getSession() instanceof OpenSslSession session) {
      String group = session.getNamedGroup();
      return group == null
          ? ""
          : group.toUpperCase(Locale.ROOT).equals("X25519") ? "X25519" : group;
    }
    return "";
  }

  private static @Nullable PeerIdentity peer(SSLSession session) {
    if (session instanceof OpenSslSession openssl && !openssl.hasPeerCertificates()) {
      return null; // spares an exception a connection
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate leaf
          ? PeerIdentity.of(leaf, chain)
          : null;
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }
}
