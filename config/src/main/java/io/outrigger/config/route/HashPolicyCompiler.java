package io.outrigger.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.Cookies;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.HeaderNames;
import io.outrigger.config.match.RegexCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles a route's hash policies. */
final class HashPolicyCompiler {
  private HashPolicyCompiler() {}

  static List<HashPolicy> compileAll(List<RouteAction.HashPolicy> protos, Problems problems) {
    List<HashPolicy> policies = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      compile(protos.get(i), policies, problems.at("hash_policy", i));
    }
    return policies;
  }

  private static void compile(
      RouteAction.HashPolicy proto, List<HashPolicy> policies, Problems problems) {
    boolean terminal = proto.getTerminal();
    switch (proto.getPolicySpecifierCase()) {
      case HEADER -> {
        RouteAction.HashPolicy.Header header = proto.getHeader();
        Problems here = problems.at("header");
        HeaderNames.check(header.getHeaderName(), here.at("header_name"));
        policies.add(
            new HashPolicy.Header(
                HeaderName.of(header.getHeaderName()).inRequests(),
                header.hasRegexRewrite()
                    ? RegexCompiler.compile(header.getRegexRewrite(), here.at("regex_rewrite"))
                    : null,
                terminal));
      }
      case COOKIE -> policies.add(cookie(proto.getCookie(), terminal, problems.at("cookie")));
      case CONNECTION_PROPERTIES -> {
        if (proto.getConnectionProperties().getSourceIp()) {
          policies.add(new HashPolicy.SourceIp(terminal));
        }
      }
      case QUERY_PARAMETER ->
          policies.add(
              new HashPolicy.QueryParameter(proto.getQueryParameter().getName(), terminal));
      case FILTER_STATE ->
          policies.add(new HashPolicy.FilterState(proto.getFilterState().getKey(), terminal));
      case POLICYSPECIFIER_NOT_SET ->
          problems.error(
              "one of header, cookie, connection_properties, query_parameter or filter_state is"
                  + " required");
    }
  }

  private static HashPolicy cookie(
      RouteAction.HashPolicy.Cookie cookie, boolean terminal, Problems problems) {
    if (cookie.getName().isEmpty()) {
      problems.error("name", "is empty; a cookie's name is required");
    }
    StringBuilder attributes = new StringBuilder();
    for (RouteAction.HashPolicy.CookieAttribute attribute : cookie.getAttributesList()) {
      attributes.append(Cookies.attribute(attribute.getName(), attribute.getValue()));
    }
    long ttlSeconds = cookie.hasTtl() ? Millis.of(cookie.getTtl(), problems.at("ttl")) / 1000 : -1;
    return new HashPolicy.Cookie(
        cookie.getName(), ttlSeconds, cookie.getPath(), attributes.toString(), terminal);
  }
}
