package io.outrigger.control.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.outrigger.control.istio.AuthorizationPolicy;
import io.outrigger.control.istio.AuthorizationPolicy.Action;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.AuthorizationModel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the filters of authorization policies: CUSTOM, then AUDIT, DENY and ALLOW. */
final class Authorization {
  private static final Policy NEVER =
      Policy.newBuilder()
          .addPermissions(Permission.newBuilder().setNotRule(Permission.newBuilder().setAny(true)))
          .addPrincipals(Principal.newBuilder().setNotId(Principal.newBuilder().setAny(true)))
          .build();

  private Authorization() {}

  static List<HttpFilter> http(AuthorizationModel model) {
    List<HttpFilter> out = new ArrayList<>();
    boolean checked = model.jwtRules().isEmpty();
    for (Rules rules : rules(model, false)) {
      if (!checked && rules.action != Action.CUSTOM) {
        checked = true; // Istio's order: whom CUSTOM asks sees the token, and policies what it says
        out.add(Tokens.filter(model.jwtRules()));
      }
      var config = io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.newBuilder();
      if (rules.enforced != null) {
        config.setRules(rules.enforced);
      }
      if (rules.shadow != null) {
        config.setShadowRules(rules.shadow).setShadowRulesStatPrefix(rules.shadowPrefix());
      }
      out.add(
          HttpFilter.newBuilder()
              .setName("envoy.filters.http.rbac")
              .setTypedConfig(Values.any("extensions.filters.http.rbac.v3.RBAC", config.build()))
              .build());
      if (rules.asks != null) {
        out.add(
            HttpFilter.newBuilder()
                .setName("envoy.filters.http.ext_authz")
                .setTypedConfig(
                    Values.any(
                        "extensions.filters.http.ext_authz.v3.ExtAuthz",
                        CustomAuthorization.http(rules.asks)))
                .build());
      }
    }
    if (!checked) {
      out.add(Tokens.filter(model.jwtRules()));
    }
    return out;
  }

  static List<Filter> tcp(AuthorizationModel model) {
    List<Filter> out = new ArrayList<>();
    for (Rules rules : rules(model, true)) {
      var config =
          io.envoyproxy
              .envoy
              .extensions
              .filters
              .network
              .rbac
              .v3
              .RBAC
              .newBuilder()
              .setStatPrefix("tcp.");
      if (rules.enforced != null) {
        config.setRules(rules.enforced);
      }
      if (rules.shadow != null) {
        config.setShadowRules(rules.shadow).setShadowRulesStatPrefix(rules.shadowPrefix());
      }
      out.add(
          Filter.newBuilder()
              .setName("envoy.filters.network.rbac")
              .setTypedConfig(Values.any("extensions.filters.network.rbac.v3.RBAC", config.build()))
              .build());
      if (rules.asks != null) {
        out.add(
            Filter.newBuilder()
                .setName("envoy.filters.network.ext_authz")
                .setTypedConfig(
                    Values.any(
                        "extensions.filters.network.ext_authz.v3.ExtAuthz",
                        CustomAuthorization.tcp(rules.asks)))
                .build());
      }
    }
    return out;
  }

  private static List<Rules> rules(AuthorizationModel model, boolean tcp) {
    List<Rules> out = new ArrayList<>();
    custom(model, tcp, out);
    for (Action action : List.of(Action.AUDIT, Action.DENY, Action.ALLOW)) {
      RBAC enforced = rules(model, action, tcp, false);
      RBAC shadow = rules(model, action, tcp, true);
      if (enforced != null || shadow != null) {
        out.add(new Rules(action, enforced, shadow, null));
      }
    }
    return out;
  }

  /**
   * A pair of filters a provider. Where nobody can be asked, what the policies match is denied: all
   * of it, if the provider isn't known.
   */
  private static void custom(AuthorizationModel model, boolean tcp, List<Rules> out) {
    Set<String> names = new LinkedHashSet<>();
    for (AuthorizationModel.Named named : model.policies()) {
      if (named.policy().action() == Action.CUSTOM && !named.dryRun()) {
        names.add(named.policy().provider());
      }
    }
    for (String name : names) {
      AuthorizationModel.Provider provider = model.providers().get(name);
      RBAC matched = rules(model, Action.CUSTOM, tcp, false, name);
      if (provider == null) {
        out.add(new Rules(Action.CUSTOM, CustomAuthorization.denyAll(), null, null));
      } else if (tcp && !provider.settings().grpc()) {
        out.add(new Rules(Action.CUSTOM, matched, null, null));
      } else {
        out.add(new Rules(Action.CUSTOM, null, matched, provider));
      }
    }
  }

  private static @Nullable RBAC rules(
      AuthorizationModel model, Action action, boolean tcp, boolean dryRun) {
    return rules(model, action, tcp, dryRun, "");
  }

  /** The policies of an action as rules; null where there is none. */
  private static @Nullable RBAC rules(
      AuthorizationModel model, Action action, boolean tcp, boolean dryRun, String provider) {
    RBAC.Builder out =
        RBAC.newBuilder()
            .setAction(
                switch (action) {
                  case ALLOW -> RBAC.Action.ALLOW;
                  case DENY, CUSTOM -> RBAC.Action.DENY;
                  case AUDIT -> RBAC.Action.LOG;
                });
    boolean any = false;
    PolicyRules each = new PolicyRules(model, action, tcp);
    for (AuthorizationModel.Named named : model.policies()) {
      AuthorizationPolicy policy = named.policy();
      if (policy.action() != action
          || named.dryRun() != dryRun
          || !policy.provider().equals(provider)) {
        continue;
      }
      any = true;
      if (policy.rules().isEmpty()) {
        out.putPolicies(name(named, 0), NEVER);
      }
      for (int i = 0; i < policy.rules().size(); i++) {
        Policy made = each.of(named, policy.rules().get(i));
        if (made != null) {
          out.putPolicies(name(named, i), made);
        }
      }
    }
    return any ? out.build() : null;
  }

  private static String name(AuthorizationModel.Named named, int rule) {
    String provider = named.policy().provider();
    return (provider.isEmpty() ? "" : CustomAuthorization.prefix(provider))
        + "ns["
        + named.namespace()
        + "]-policy["
        + named.name()
        + "]-rule["
        + rule
        + "]";
  }

  /** The rules of one filter. */
  private record Rules(
      Action action,
      @Nullable RBAC enforced,
      @Nullable RBAC shadow,
      AuthorizationModel.@Nullable Provider asks) {
    String shadowPrefix() {
      if (action == Action.CUSTOM) {
        return CustomAuthorization.SHADOW_PREFIX;
      }
      return action == Action.DENY ? "istio_dry_run_deny_" : "istio_dry_run_allow_";
    }
  }
}
