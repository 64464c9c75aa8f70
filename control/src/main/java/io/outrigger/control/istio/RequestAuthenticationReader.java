package io.outrigger.control.istio;

import io.outrigger.control.istio.RequestAuthentication.ClaimHeader;
import io.outrigger.control.istio.RequestAuthentication.Header;
import io.outrigger.control.istio.RequestAuthentication.JwtRule;
import io.outrigger.control.keys.JwksText;
import io.outrigger.control.keys.KeySource;
import io.outrigger.control.resource.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads a RequestAuthentication. */
public final class RequestAuthenticationReader {
  /** What Istio makes lists of in any case. */
  private static final List<String> SPACE_DELIMITED = List.of("scope", "permission");

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private RequestAuthenticationReader() {}

  public static RequestAuthentication read(Fields fields) {
    Map<String, String> selector = fields.object("selector", f -> f.stringMap("matchLabels"));
    fields.unsupported("targetRef");
    fields.unsupported("targetRefs");
    return new RequestAuthentication(
        selector == null ? Map.of() : selector,
        fields.objects("jwtRules", RequestAuthenticationReader::rule));
  }

  private static JwtRule rule(Fields fields) {
    String issuer = fields.required("issuer");
    String jwks = fields.string("jwks", "");
    if (!jwks.isEmpty() && !JwksText.hasKeys(jwks)) {
      fields.error("jwks", "isn't a JWKS: an object whose \"keys\" is a list of keys");
    }
    String field = fields.has("jwks_uri") ? "jwks_uri" : "jwksUri";
    String uri = fields.string("jwks_uri", fields.string("jwksUri", ""));
    Duration timeout = fields.duration("timeout");
    boolean fetched = jwks.isEmpty();
    if (fields.choice("jwks", "jwksUri", "jwks_uri") > 1) {
      fields.error(field, "stands beside jwks; one of them is allowed");
    }
    if (fetched && !isHttp(uri.isEmpty() ? issuer : uri)) {
      fields.error(
          uri.isEmpty() ? "issuer" : field,
          uri.isEmpty()
              ? "is no http:// or https:// address to find keys by; or jwks or jwksUri is required"
              : "must begin with http:// or https://");
    }
    List<String> delimited = fields.strings("spaceDelimitedClaims");
    return new JwtRule(
        issuer,
        fields.strings("audiences"),
        jwks,
        fetched ? new KeySource(issuer, uri, timeout == null ? TIMEOUT : timeout) : null,
        fields.objects("fromHeaders", f -> new Header(f.required("name"), f.string("prefix", ""))),
        fields.strings("fromParams"),
        fields.strings("fromCookies"),
        fields.flag("forwardOriginalToken"),
        fields.string("outputPayloadToHeader", ""),
        fields.objects(
            "outputClaimToHeaders",
            f -> new ClaimHeader(f.required("header"), f.required("claim"))),
        delimited.isEmpty() ? SPACE_DELIMITED : delimited);
  }

  private static boolean isHttp(String address) {
    return address.startsWith("http://") || address.startsWith("https://");
  }
}
