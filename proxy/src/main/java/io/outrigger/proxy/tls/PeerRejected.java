package io.outrigger.proxy.tls;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** A peer's certificate that was refused, and by which of the checks. */
final class PeerRejected extends CertificateException {
  private static final long serialVersionUID = 1;

  /** X509_V_ERR_UNABLE_TO_GET_CRL: alert unknown_ca. */
  static final int NO_CRL = 3;

  /** X509_V_ERR_CERT_NOT_YET_VALID: alert bad_certificate. */
  static final int NOT_YET_VALID = 9;

  /** X509_V_ERR_CERT_HAS_EXPIRED: alert certificate_expired. */
  static final int HAS_EXPIRED = 10;

  /** X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: alert unknown_ca. */
  static final int NO_ISSUER = 20;

  /** X509_V_ERR_CERT_REVOKED: alert certificate_revoked. */
  static final int REVOKED = 23;

  /** X509_V_ERR_INVALID_PURPOSE: alert unsupported_certificate. */
  static final int INVALID_PURPOSE = 26;

  /** X509_V_ERR_CERT_REJECTED: alert bad_certificate. */
  static final int REJECTED = 28;

  /** The check, which is also the counter that it bumps. */
  enum Check {
    CHAIN,
    SAN,
    HASH
  }

  private final Check check;
  private final int code;
  private final transient @Nullable PeerIdentity peer;

  /** {@code code} is OpenSSL's X509_V_ERR number, which picks the alert. */
  PeerRejected(
      Check check,
      int code,
      @Nullable PeerIdentity peer,
      String message,
      @Nullable Throwable cause) {
    super(message, cause);
    this.check = check;
    this.code = code;
    this.peer = peer;
  }

  int code() {
    return code;
  }

  /** Whose certificate it was; null where there was none. */
  @Nullable PeerIdentity peer() {
    return peer;
  }

  Check check() {
    return check;
  }
}
