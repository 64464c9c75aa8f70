package io.outrigger.config.accesslog;

/** Says what is wrong with a format. */
final class FormatException extends Exception {
  private static final long serialVersionUID = 1L;

  FormatException(String message) {
    super(message, null, false, false);
  }
}
