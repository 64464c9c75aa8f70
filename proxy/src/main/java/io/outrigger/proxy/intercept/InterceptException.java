package io.outrigger.proxy.intercept;

/** The rules couldn't be set or removed; the message says why and what to do. */
public final class InterceptException extends Exception {
  private static final long serialVersionUID = 1L;

  InterceptException(String message) {
    super(message);
  }
}
