package io.outrigger.proxy.sidecar;

/** A command line, or a file that it names, that can't be used; the message is for the user. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
