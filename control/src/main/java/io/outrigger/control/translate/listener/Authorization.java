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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the RBAC filters of authorization policies: AUDIT, then DENY, then ALLOW. */
final class Authorization {
  private static final Policy NEVER =
      Policy.newBuilder()
          .addPermissions(Permission.newBuilder().setNotRule(Permission.newBuilder().setAny(true)))
          .addPrincipals(Principal.newBuilder().setNotId(Principal.newBuilder().setAny(true)))
          .build();

  private Authorization() {}

  static List<HttpFilter> http(AuthorizationModel model) {
    List<HttpFilter> out = new ArrayList<>();
    for (Rules rules : rules(model, false)) {
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
    }
    return out;
  }

  private static List<Rules> rules(AuthorizationModel model, boolean tcp) {
    List<Rules> out = new ArrayList<>();
    for (Action action : List.of(Action.AUDIT, Action.DENY, Action.ALLOW)) {
      RBAC enforced = rules(model, action, tcp, false);
      RBAC shadow = rules(model, action, tcp, true);
      if (enforced != null || shadow != null) {
        out.add(new Rules(action, enforced, shadow));
      }
    }
    return out;
  }

  /** The policies of an action as rules; null where there is none. */
  private static @Nullable RBAC rules(
      AuthorizationModel model, Action action, boolean tcp, boolean dryRun) {
    RBAC.Builder out =
        RBAC.newBuilder()
            .setAction(
                switch (action) {
                  case ALLOW -> RBAC.Action.ALLOW;
                  case DENY -> RBAC.Action.DENY;
                  case AUDIT -> RBAC.Action.LOG;
                });
    boolean any = false;
    PolicyRules each = new PolicyRules(model, action, tcp);
    for (AuthorizationModel.Named named : model.policies()) {
      AuthorizationPolicy policy = named.policy();
      if (policy.action() != action || named.dryRun() != dryRun) {
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
    return "ns[" + named.namespace() + "]-policy[" + named.name() + "]-rule[" + rule + "]";
  }

  /** The rules of one filter. */
  private record Rules(Action action, @Nullable RBAC enforced, @Nullable RBAC shadow) {
    String shadowPrefix() {
      return action == Action.DENY ? "istio_dry_run_deny_" : "istio_dry_run_allow_";
    }
  }
}
