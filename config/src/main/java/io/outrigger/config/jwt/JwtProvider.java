package io.outrigger.config.jwt;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One issuer of tokens, how to check them and what to make of them.
 *
 * @param index its place in its list
 * @param issuer empty: any
 * @param audiences empty: not checked; without scheme and last slash
 * @param subjects null: not checked
 * @param maxLifetimeSeconds 0: not limited
 * @param local null: the keys are remote, or can't be used
 * @param remote null: the keys are local
 * @param payloadHeader null: not forwarded
 * @param payloadKey of metadata; empty: none, as for the other two
 * @param cacheSize tokens; 0: none are kept
 */
public record JwtProvider(
    int index,
    String name,
    String issuer,
    List<String> audiences,
    @Nullable StringMatcher subjects,
    boolean requireExpiration,
    long maxLifetimeSeconds,
    long clockSkewSeconds,
    @Nullable Jwks local,
    @Nullable RemoteJwks remote,
    List<TokenPlace> places,
    boolean forward,
    @Nullable HeaderName payloadHeader,
    boolean padPayload,
    List<ClaimHeader> claimHeaders,
    String payloadKey,
    String headerKey,
    String failureKey,
    List<String> spaceDelimited,
    int cacheSize,
    boolean clearRoute) {
  public JwtProvider {
    audiences = List.copyOf(audiences);
    places = List.copyOf(places);
    claimHeaders = List.copyOf(claimHeaders);
    spaceDelimited = List.copyOf(spaceDelimited);
  }

  /** A claim that becomes a header. */
  public record ClaimHeader(HeaderName header, String claim) {}

  /** Whether one of a token's audiences is one of these; no audience is named without any. */
  public static boolean allowed(List<String> wanted, List<String> audiences) {
    if (wanted.isEmpty()) {
      return true;
    }
    for (int i = 0; i < audiences.size(); i++) {
      if (wanted.contains(plain(audiences.get(i)))) {
        return true;
      }
    }
    return false;
  }

  /** An audience as it is compared: http:// or https:// and a last slash don't count. */
  static String plain(String audience) {
    int from = audience.startsWith("http://") ? 7 : audience.startsWith("https://") ? 8 : 0;
    int to = audience.length() - (audience.endsWith("/") ? 1 : 0);
    return audience.substring(from, Math.max(from, to));
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
