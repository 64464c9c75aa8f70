package io.outrigger.proxy.listener;

/** An address that can't be listened on; the message names it and says why. */
final class BindException extends Exception {
  private static final long serialVersionUID = 1;

  BindException(String message) {
    super(message);
  }

  BindException(String message, Throwable cause) {
    super(message, cause);
  }
}
