package io.outrigger.config.jwt;

import java.security.Key;

/**
 * A key that tokens are checked with. Compared by identity.
 *
 * @param kind RSA, oct, or the curve: P-256, P-384, P-521, Ed25519
 * @param id kid; empty: none
 * @param alg empty: any that fits the kind
 */
public record Jwk(String kind, String id, String alg, Key key) {
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** Whether it may be the key of this token: neither names another. */
  public boolean mayBe(Jwt token) {
    return (id.isEmpty() || token.keyId().isEmpty() || id.equals(token.keyId()))
        && (alg.isEmpty() || alg.equals(token.alg().name()));
  }
}
