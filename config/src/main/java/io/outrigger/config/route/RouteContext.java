package io.outrigger.config.route;

/** What a route match may ask of a request besides its headers. */
public interface RouteContext {
  /** A random number that stays the same for the request. */
  long random();

  /** Whether the client presented a certificate. */
  default boolean peerCertificatePresented() {
    return false;
  }

  /** Whether the client's certificate was validated. */
  default boolean peerCertificateValidated() {
    return false;
  }
}
