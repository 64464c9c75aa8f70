package io.outrigger.identity;

import org.jspecify.annotations.Nullable;

/** Says whose a bearer token is. One implementation for each issuer that is trusted. */
public interface TokenVerifier {
  /**
   * Verifies the value of an {@code authorization} header.
   *
   * @param authorization "Bearer TOKEN"; null if the caller sent none
   */
  TokenVerdict verify(@Nullable String authorization);
}
