package io.outrigger.control.istio;

import io.outrigger.control.keys.KeySource;
import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whose tokens workloads know; without labels, all workloads of its namespace, or of the mesh. */
public record RequestAuthentication(Map<String, String> selector, List<JwtRule> rules)
    implements Spec {

  /**
   * One issuer, its keys, where its tokens are, and what is told of them to the application.
   *
   * @param jwks the keys, as a JWKS; empty: they are fetched
   * @param source where they are fetched; null: they aren't
   * @param payloadHeader empty: none
   */
  public record JwtRule(
      String issuer,
      List<String> audiences,
      String jwks,
      @Nullable KeySource source,
      List<Header> fromHeaders,
      List<String> fromParams,
      List<String> fromCookies,
      boolean forward,
      String payloadHeader,
      List<ClaimHeader> claimHeaders,
      List<String> spaceDelimitedClaims) {
    /** The same with these keys. */
    public JwtRule with(String keys) {
      return new JwtRule(
          issuer,
          audiences,
          keys,
          source,
          fromHeaders,
          fromParams,
          fromCookies,
          forward,
          payloadHeader,
          claimHeaders,
          spaceDelimitedClaims);
    }
  }

  /** A header with what stands before the token in it. */
  public record Header(String name, String prefix) {}

  /** A claim that becomes a header. */
  public record ClaimHeader(String header, String claim) {}
}
