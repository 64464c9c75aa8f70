package io.outrigger.config.route;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.http.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles InternalRedirectPolicy messages, and the older fields of a route action. */
final class InternalRedirectCompiler {
  private static final String PREFIX = "envoy.extensions.internal_redirect.";

  private InternalRedirectCompiler() {}

  @SuppressWarnings("deprecation") // internal_redirect_action, max_internal_redirects
  static @Nullable InternalRedirectPolicy compile(RouteAction proto, Problems problems) {
    if (proto.hasInternalRedirectPolicy()) {
      return policy(proto.getInternalRedirectPolicy(), problems.at("internal_redirect_policy"));
    }
    if (proto.getInternalRedirectAction()
        != RouteAction.InternalRedirectAction.HANDLE_INTERNAL_REDIRECT) {
      return null;
    }
    return new InternalRedirectPolicy(
        Unsigned.orElse(proto.hasMaxInternalRedirects(), proto.getMaxInternalRedirects(), 1),
        List.of(302),
        false,
        null,
        false,
        false,
        List.of());
  }

  private static InternalRedirectPolicy policy(
      io.envoyproxy.envoy.config.route.v3.InternalRedirectPolicy proto, Problems problems) {
    List<Integer> codes = new ArrayList<>();
    for (int code : proto.getRedirectResponseCodesList()) {
      if (code == 301 || code == 302 || code == 303 || code == 307 || code == 308) {
        codes.add(code); // of other codes Envoy says nothing either
      }
    }
    List<String> allowed = null;
    boolean newOnly = false;
    boolean safe = false;
    for (int i = 0; i < proto.getPredicatesCount(); i++) {
      TypedExtensionConfig predicate = proto.getPredicates(i);
      Problems here = problems.at("predicates", i).at("typed_config");
      TypedExtension extension = TypedExtension.of(predicate.getTypedConfig(), here);
      switch (extension.type()) {
        case PREFIX + "allow_listed_routes.v3.AllowListedRoutesConfig" -> {
          AllowListedRoutesConfig config = extension.parse(AllowListedRoutesConfig.parser(), here);
          allowed = config == null ? List.of() : config.getAllowedRouteNamesList();
        }
        case PREFIX + "previous_routes.v3.PreviousRoutesConfig" -> newOnly = true;
        case PREFIX + "safe_cross_scheme.v3.SafeCrossSchemeConfig" -> safe = true;
        default ->
            here.error(
                "'"
                    + extension.type()
                    + "' is not supported; AllowListedRoutesConfig, PreviousRoutesConfig and"
                    + " SafeCrossSchemeConfig are");
      }
    }
    List<HeaderName> copied = new ArrayList<>();
    for (String name : proto.getResponseHeadersToCopyList()) {
      copied.add(HeaderName.of(name));
    }
    return new InternalRedirectPolicy(
        Unsigned.orElse(proto.hasMaxInternalRedirects(), proto.getMaxInternalRedirects(), 1),
        proto.getRedirectResponseCodesCount() == 0 ? List.of(302) : codes,
        proto.getAllowCrossSchemeRedirect(),
        allowed,
        newOnly,
        safe,
        copied);
  }
}
