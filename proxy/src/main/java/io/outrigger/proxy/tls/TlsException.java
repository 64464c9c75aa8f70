package io.outrigger.proxy.tls;

/** TLS settings or secrets that can't be used; the message says which part and why. */
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1;

  TlsException(String message) {
    super(message);
  }

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
