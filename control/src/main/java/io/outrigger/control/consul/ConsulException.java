package io.outrigger.control.consul;

import java.io.IOException;

/** Consul gave no answer that can be used; the message says why. */
final class ConsulException extends IOException {
  private static final long serialVersionUID = 1;

  ConsulException(String message) {
    super(message);
  }
}
