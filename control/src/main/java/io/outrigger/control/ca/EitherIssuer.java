package io.outrigger.control.ca;

import io.outrigger.identity.TokenVerdict;
import io.outrigger.identity.TokenVerifier;
import org.jspecify.annotations.Nullable;

/** Trusts tokens of this control plane's own, and those of another issuer. */
public record EitherIssuer(TokenVerifier own, TokenVerifier other) implements TokenVerifier {
  @Override
  public TokenVerdict verify(@Nullable String authorization) {
    TokenVerdict verdict = own.verify(authorization);
    return verdict instanceof TokenVerdict.Accepted ? verdict : other.verify(authorization);
  }
}
