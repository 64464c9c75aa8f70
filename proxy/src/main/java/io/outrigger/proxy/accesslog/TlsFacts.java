package io.outrigger.proxy.accesslog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the log may tell of a TLS connection; a peer's certificate is told only when it sent one.
 */
public interface TlsFacts {
  /** As {@code TLSv1.3}. */
  @Nullable String version();

  /** As OpenSSL names it: {@code TLS_AES_256_GCM_SHA384}. */
  @Nullable String cipher();

  /** Hexadecimal, or null. */
  default @Nullable String sessionId() {
    return null;
  }

  /** RFC 2253 form. */
  default @Nullable String peerSubject() {
    return null;
  }

  default @Nullable String peerIssuer() {
    return null;
  }

  /** Hexadecimal, lower case. */
  default @Nullable String peerSerial() {
    return null;
  }

  /** SHA-256 of the peer's certificate, hexadecimal, lower case. */
  default @Nullable String peerFingerprint256() {
    return null;
  }

  /** SHA-1 of the peer's certificate, hexadecimal, lower case. */
  default @Nullable String peerFingerprint1() {
    return null;
  }

  /** The peer's certificate in URL-encoded PEM. */
  default @Nullable String peerCertificate() {
    return null;
  }

  /** Milliseconds since the epoch; 0 is unknown. */
  default long peerCertificateStart() {
    return 0;
  }

  /** Milliseconds since the epoch; 0 is unknown. */
  default long peerCertificateEnd() {
    return 0;
  }

  default List<String> peerUriSans() {
    return List.of();
  }

  default List<String> peerDnsSans() {
    return List.of();
  }

  default List<String> peerIpSans() {
    return List.of();
  }

  default List<String> peerEmailSans() {
    return List.of();
  }

  default @Nullable String localSubject() {
    return null;
  }

  default List<String> localUriSans() {
    return List.of();
  }

  default List<String> localDnsSans() {
    return List.of();
  }
}
