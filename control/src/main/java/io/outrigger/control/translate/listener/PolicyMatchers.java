package io.outrigger.control.translate.listener;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.outrigger.control.translate.Values;

/**
 * Single permissions and principals of the texts of policies, in which a star may be at one end.
 */
final class PolicyMatchers {
  private static final String SPIFFE = "spiffe://";

  private PolicyMatchers() {}

  static Permission host(String text) {
    return Permission.newBuilder().setHeader(headerMatcher(":authority", text, true)).build();
  }

  static Permission header(String name, String text) {
    return Permission.newBuilder().setHeader(headerMatcher(name, text, false)).build();
  }

  static Permission path(String text) {
    if (text.indexOf('{') < 0) {
      return Permission.newBuilder()
          .setUrlPath(PathMatcher.newBuilder().setPath(string(text, "", false)))
          .build();
    }
    UriTemplateMatchConfig template =
        UriTemplateMatchConfig.newBuilder()
            .setPathTemplate(text.replace("{*}", "*").replace("{**}", "**"))
            .build();
    return Permission.newBuilder()
        .setUriTemplate(
            TypedExtensionConfig.newBuilder()
                .setName("uri-template")
                .setTypedConfig(
                    Values.any(
                        "extensions.path.match.uri_template.v3.UriTemplateMatchConfig", template)))
        .build();
  }

  static Permission serverName(String text) {
    return Permission.newBuilder().setRequestedServerName(string(text, "", false)).build();
  }

  static Principal principalHeader(String name, String text) {
    return Principal.newBuilder().setHeader(headerMatcher(name, text, false)).build();
  }

  /** A principal without its scheme. */
  static Principal principal(String text) {
    return authenticated(string(text, SPIFFE, false));
  }

  static Principal namespace(String text) {
    return authenticated(regex(".*/ns/" + Pattern.quote(text).replace("\\*", ".*") + "/.*"));
  }

  static Principal serviceAccount(String namespace, String name) {
    return authenticated(
        regex("spiffe://[^/]+/ns/" + Pattern.quote(namespace) + "/sa/" + Pattern.quote(name)));
  }

  private static Principal authenticated(StringMatcher name) {
    return Principal.newBuilder()
        .setAuthenticated(Principal.Authenticated.newBuilder().setPrincipalName(name))
        .build();
  }

  private static HeaderMatcher headerMatcher(String name, String text, boolean ignoreCase) {
    HeaderMatcher.Builder out = HeaderMatcher.newBuilder().setName(name);
    return (text.equals("*")
            ? out.setPresentMatch(true)
            : out.setStringMatch(string(text, "", ignoreCase)))
        .build();
  }

  static StringMatcher string(String text, String before, boolean ignoreCase) {
    if (text.equals("*")) {
      return regex(".+");
    }
    StringMatcher.Builder out = StringMatcher.newBuilder().setIgnoreCase(ignoreCase);
    if (text.startsWith("*")) {
      return before.isEmpty()
          ? out.setSuffix(text.substring(1)).build()
          : regex(before + ".*" + Pattern.quote(text.substring(1)));
    }
    return text.endsWith("*")
        ? out.setPrefix(before + text.substring(0, text.length() - 1)).build()
        : out.setExact(before + text).build();
  }

  static StringMatcher regex(String regex) {
    return StringMatcher.newBuilder()
        .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex))
        .build();
  }
}
