package io.outrigger.config.jwt;

import io.outrigger.config.http.HeaderName;
import java.util.Set;

/** Where a token may be in a request. */
public sealed interface TokenPlace {
  /** The issuers whose tokens may be here; empty: all. */
  Set<String> issuers();

  default boolean allows(String issuer) {
    return issuers().isEmpty() || issuers().contains(issuer);
  }

  /** The same place, for more issuers. */
  TokenPlace with(Set<String> all);

  /**
   * A header.
   *
   * @param prefix what stands before the token; empty: the value is the token
   */
  record Header(HeaderName name, String prefix, Set<String> issuers) implements TokenPlace {
    @Override
    public TokenPlace with(Set<String> all) {
      return new Header(name, prefix, all);
    }
  }

  /** A parameter of the query. */
  record Parameter(String name, Set<String> issuers) implements TokenPlace {
    @Override
    public TokenPlace with(Set<String> all) {
      return new Parameter(name, all);
    }
  }

  /** A cookie. */
  record Cookie(String name, Set<String> issuers) implements TokenPlace {
    @Override
    public TokenPlace with(Set<String> all) {
      return new Cookie(name, all);
    }
  }
}
