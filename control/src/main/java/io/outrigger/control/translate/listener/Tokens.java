package io.outrigger.control.translate.listener;

import com.google.protobuf.Empty;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.outrigger.control.istio.RequestAuthentication.ClaimHeader;
import io.outrigger.control.istio.RequestAuthentication.Header;
import io.outrigger.control.istio.RequestAuthentication.JwtRule;
import io.outrigger.control.translate.Values;
import java.util.List;

/**
 * Makes the filter that checks tokens, and what policies ask of tokens that it found good.
 *
 * <p>A request without a token passes: what needs one, policies say.
 */
final class Tokens {
  private static final String FILTER = "envoy.filters.http.jwt_authn";
  private static final String PAYLOAD = "payload";

  private Tokens() {}

  static HttpFilter filter(List<JwtRule> rules) {
    JwtAuthentication.Builder out = JwtAuthentication.newBuilder().setBypassCorsPreflight(true);
    JwtRequirementAndList.Builder all = JwtRequirementAndList.newBuilder();
    for (int i = 0; i < rules.size(); i++) {
      String name = "origins-" + i;
      out.putProviders(name, provider(rules.get(i)));
      all.addRequirements(
          JwtRequirement.newBuilder()
              .setRequiresAny(
                  JwtRequirementOrList.newBuilder()
                      .addRequirements(JwtRequirement.newBuilder().setProviderName(name))
                      .addRequirements(
                          JwtRequirement.newBuilder()
                              .setAllowMissing(Empty.getDefaultInstance()))));
    }
    out.addRules(
        RequirementRule.newBuilder()
            .setMatch(RouteMatch.newBuilder().setPrefix("/"))
            .setRequires(
                all.getRequirementsCount() == 1
                    ? all.getRequirements(0)
                    : JwtRequirement.newBuilder().setRequiresAll(all).build()));
    return HttpFilter.newBuilder()
        .setName(FILTER)
        .setTypedConfig(
            Values.any("extensions.filters.http.jwt_authn.v3.JwtAuthentication", out.build()))
        .build();
  }

  private static JwtProvider provider(JwtRule rule) {
    JwtProvider.Builder out =
        JwtProvider.newBuilder()
            .setIssuer(rule.issuer())
            .addAllAudiences(rule.audiences())
            .setLocalJwks(DataSource.newBuilder().setInlineString(rule.jwks()))
            .setForward(rule.forward())
            .setForwardPayloadHeader(rule.payloadHeader())
            .addAllFromParams(rule.fromParams())
            .addAllFromCookies(rule.fromCookies())
            .setPayloadInMetadata(PAYLOAD)
            .setNormalizePayloadInMetadata(
                JwtProvider.NormalizePayload.newBuilder()
                    .addAllSpaceDelimitedClaims(rule.spaceDelimitedClaims()));
    for (Header header : rule.fromHeaders()) {
      out.addFromHeaders(
          JwtHeader.newBuilder().setName(header.name()).setValuePrefix(header.prefix()));
    }
    for (ClaimHeader claim : rule.claimHeaders()) {
      out.addClaimToHeaders(
          JwtClaimToHeader.newBuilder().setHeaderName(claim.header()).setClaimName(claim.claim()));
    }
    return out.build();
  }

  /** ISSUER/SUBJECT, with a star at one end; an issuer may have slashes of its own. */
  static Principal requestPrincipal(String text) {
    int slash = text.lastIndexOf('/');
    String issuer = slash < 0 ? (text.startsWith("*") ? "*" : text) : text.substring(0, slash);
    String subject = slash < 0 ? (text.endsWith("*") ? "*" : text) : text.substring(slash + 1);
    return Principal.newBuilder()
        .setAndIds(
            Principal.Set.newBuilder()
                .addIds(claim(List.of("iss"), issuer))
                .addIds(claim(List.of("sub"), subject)))
        .build();
  }

  /** A claim, or one of a list of them, is this; {@code path} leads to it. */
  @SuppressWarnings("deprecation") // metadata, which Istio writes and every proxy reads
  static Principal claim(List<String> path, String text) {
    StringMatcher string = PolicyMatchers.string(text, "", false);
    MetadataMatcher.Builder out =
        MetadataMatcher.newBuilder()
            .setFilter(FILTER)
            .addPath(MetadataMatcher.PathSegment.newBuilder().setKey(PAYLOAD));
    for (String key : path) {
      out.addPath(MetadataMatcher.PathSegment.newBuilder().setKey(key));
    }
    ValueMatcher value = ValueMatcher.newBuilder().setStringMatch(string).build();
    out.setValue(
        ValueMatcher.newBuilder()
            .setOrMatch(
                OrMatcher.newBuilder()
                    .addValueMatchers(
                        ValueMatcher.newBuilder()
                            .setListMatch(ListMatcher.newBuilder().setOneOf(value)))
                    .addValueMatchers(value)));
    return Principal.newBuilder().setMetadata(out).build();
  }
}
