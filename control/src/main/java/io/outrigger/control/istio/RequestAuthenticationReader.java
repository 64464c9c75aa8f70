package io.outrigger.control.istio;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.istio.RequestAuthentication.ClaimHeader;
import io.outrigger.control.istio.RequestAuthentication.Header;
import io.outrigger.control.istio.RequestAuthentication.JwtRule;
import io.outrigger.control.resource.Fields;
import java.util.List;
import java.util.Map;

/** Reads a RequestAuthentication. */
public final class RequestAuthenticationReader {
  /** What Istio makes lists of in any case. */
  private static final List<String> SPACE_DELIMITED = List.of("scope", "permission");

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
    fields.unsupported("jwksUri");
    fields.unsupported("jwks_uri");
    fields.ignored("timeout", "keys are not fetched");
    String jwks = fields.required("jwks");
    if (!jwks.isEmpty() && !hasKeys(jwks)) {
      fields.error("jwks", "isn't a JWKS: an object whose \"keys\" is a list of keys");
    }
    List<String> delimited = fields.strings("spaceDelimitedClaims");
    return new JwtRule(
        fields.required("issuer"),
        fields.strings("audiences"),
        jwks,
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

  /** JSON is YAML too. */
  private static boolean hasKeys(String jwks) {
    try {
      if (Yaml.parse("jwks", jwks) instanceof Node.Mapping set) {
        for (Node.Entry entry : set.entries()) {
          if (entry.key().equals("keys")) {
            return entry.value() instanceof Node.Sequence keys && !keys.items().isEmpty();
          }
        }
      }
      return false;
    } catch (YamlException _) {
      return false;
    }
  }
}
