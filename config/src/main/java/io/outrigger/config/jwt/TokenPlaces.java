package io.outrigger.config.jwt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lists of places: one for each place, in the order in which Envoy looks at them. */
final class TokenPlaces {
  private TokenPlaces() {}

  /**
   * Headers by name and prefix, then parameters, then cookies by name; issuers are put together.
   */
  static List<TokenPlace> ordered(List<TokenPlace> places) {
    Map<String, TokenPlace> headers = new TreeMap<>();
    Map<String, TokenPlace> parameters = new TreeMap<>();
    Map<String, TokenPlace> cookies = new TreeMap<>();
    for (TokenPlace place : places) {
      if (place instanceof TokenPlace.Header header) {
        headers.merge(header.name().text() + header.prefix(), place, TokenPlaces::joined);
      } else if (place instanceof TokenPlace.Parameter parameter) {
        parameters.merge(parameter.name(), place, TokenPlaces::joined);
      } else if (place instanceof TokenPlace.Cookie cookie) {
        cookies.merge(cookie.name(), place, TokenPlaces::joined);
      }
    }
    List<TokenPlace> ordered = new ArrayList<>(headers.values());
    ordered.addAll(parameters.values());
    ordered.addAll(cookies.values());
    return ordered;
  }

  private static TokenPlace joined(TokenPlace one, TokenPlace other) {
    if (one.issuers().isEmpty() || other.issuers().isEmpty()) {
      return one.with(Set.of());
    }
    Set<String> all = new HashSet<>(one.issuers());
    all.addAll(other.issuers());
    return one.with(Set.copyOf(all));
  }
}
