package io.outrigger.config.jwt;

import io.outrigger.config.route.RouteMatch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * jwt_authn: the providers, and which requests need which of their tokens.
 *
 * @param filterState the key whose text names one of {@code byState}; empty: none
 * @param bypassPreflights CORS preflights need no token
 * @param stripFailure an answer doesn't say what was wrong
 */
public record JwtRules(
    List<JwtProvider> providers,
    List<Rule> rules,
    String filterState,
    Map<String, JwtRequirement> byState,
    Map<String, JwtRequirement> byName,
    boolean bypassPreflights,
    boolean stripFailure,
    String statPrefix) {
  public JwtRules {
    providers = List.copyOf(providers);
    rules = List.copyOf(rules);
    byState = Map.copyOf(byState);
    byName = Map.copyOf(byName);
  }

  /** What requests that match need; null: nothing. */
  public record Rule(RouteMatch match, @Nullable JwtRequirement requires) {}

  /** The provider of an issuer: else one that takes any; null: none does. */
  public static @Nullable JwtProvider ofIssuer(List<JwtProvider> providers, String issuer) {
    JwtProvider open = null;
    for (int i = 0; i < providers.size(); i++) {
      JwtProvider provider = providers.get(i);
      if (provider.issuer().equals(issuer)) {
        return provider;
      }
      if (open == null && provider.issuer().isEmpty()) {
        open = provider;
      }
    }
    return open;
  }
}
