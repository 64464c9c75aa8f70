package io.outrigger.control.keys;

import java.time.Duration;

/**
 * Where the keys of an issuer are.
 *
 * @param uri of the JWKS; empty: as the issuer's discovery document says
 * @param timeout of one fetch
 */
public record KeySource(String issuer, String uri, Duration timeout) {
  /** What is asked for first. */
  public String address() {
    if (!uri.isEmpty()) {
      return uri;
    }
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return base + "/.well-known/openid-configuration";
  }
}
