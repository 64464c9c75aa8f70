package io.outrigger.config.hcm;

/** What is done with x-forwarded-client-cert, and what goes into it. */
public record ClientCertForwarding(
    Mode mode, boolean subject, boolean cert, boolean chain, boolean dns, boolean uri) {

  /** ForwardClientCertDetails. */
  public enum Mode {
    SANITIZE,
    FORWARD_ONLY,
    APPEND_FORWARD,
    SANITIZE_SET,
    ALWAYS_FORWARD_ONLY
  }
}
