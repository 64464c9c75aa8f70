package io.outrigger.proxy.tls;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** A peer's certificate that was refused, and by which of the checks. */
final class PeerRejected extends CertificateException {
  private static final long serialVersionUID = 1;

  /** The check, which is also the counter that it bumps. */
  enum Check {
    CHAIN,
    SAN,
    HASH
  }

  private final Check check;

  PeerRejected(Check check, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.check = check;
  }

  Check check() {
    return check;
  }
}
