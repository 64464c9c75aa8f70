package io.outrigger.identity;

import java.time.Instant;
import java.util.List;

/** What became of a request for a certificate. */
public sealed interface SigningResult {
  /**
   * A certificate.
   *
   * @param chain PEM, one certificate an element: the leaf first, the root last
   */
  record Signed(SpiffeId id, List<String> chain, Instant notBefore, Instant notAfter)
      implements SigningResult {}

  /** None, and why: a sentence for the caller. */
  record Refused(String reason) implements SigningResult {}

  /** There is no certificate now, whoever asks: why. */
  record Unavailable(String reason) implements SigningResult {}
}
