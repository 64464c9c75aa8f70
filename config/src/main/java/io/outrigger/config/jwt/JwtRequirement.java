package io.outrigger.config.jwt;

import java.util.List;

/** Which tokens a request must have. */
public sealed interface JwtRequirement {
  /** A token of this provider; {@code audiences} in place of the provider's. */
  record Of(JwtProvider provider, List<String> audiences) implements JwtRequirement {
    public Of {
      audiences = List.copyOf(audiences);
    }
  }

  /** One of these; with a leave, none, or none that is good. */
  record Any(List<JwtRequirement> of, boolean allowMissing, boolean allowFailed)
      implements JwtRequirement {
    public Any {
      of = List.copyOf(of);
    }
  }

  /** All of these. */
  record All(List<JwtRequirement> of) implements JwtRequirement {
    public All {
      of = List.copyOf(of);
    }
  }

  /** None need be there; those of these providers that are there must be good, or may fail. */
  record Optional(boolean allowFailed, List<JwtProvider> providers, List<TokenPlace> places)
      implements JwtRequirement {
    public Optional {
      providers = List.copyOf(providers);
      places = List.copyOf(places);
    }
  }
}
