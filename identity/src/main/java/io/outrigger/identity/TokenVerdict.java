package io.outrigger.identity;

import java.time.Instant;

/** What a token proved. */
public sealed interface TokenVerdict {
  /** The bearer is this service account. */
  record Accepted(String namespace, String serviceAccount, Instant expires)
      implements TokenVerdict {
    /** The bearer's id in a trust domain. */
    public SpiffeId id(String trustDomain) {
      return new SpiffeId(trustDomain, namespace, serviceAccount);
    }
  }

  /** Nothing, and why: a sentence for the caller. */
  record Refused(String reason) implements TokenVerdict {}

  /** Nothing is known: who could say can't be asked. The caller may ask again. */
  record Unavailable(String reason) implements TokenVerdict {}
}
