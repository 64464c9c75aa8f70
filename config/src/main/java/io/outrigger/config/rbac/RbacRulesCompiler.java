package io.outrigger.config.rbac;

import com.github.xds.type.matcher.v3.Matcher;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.outrigger.config.cel.ExprCompiler;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compiles rules, of the HTTP and of the network filter. */
public final class RbacRulesCompiler {
  private RbacRulesCompiler() {}

  /** {@code http}: headers may be asked for. */
  public static RbacRules compile(RBAC proto, boolean http, Problems problems) {
    if (proto.getAuditLoggingOptions().getLoggerConfigsCount() > 0) {
      problems.at("audit_logging_options").unsupported("logger_configs");
    }
    ConditionCompiler conditions = new ConditionCompiler(http);
    List<RbacPolicy> policies = new ArrayList<>(proto.getPoliciesCount());
    for (Map.Entry<String, Policy> entry : new TreeMap<>(proto.getPoliciesMap()).entrySet()) {
      Problems here = problems.at("policies", entry.getKey());
      policies.add(policy(entry.getKey(), entry.getValue(), conditions, here));
    }
    return new RbacRules(action(proto.getAction(), problems), policies);
  }

  static RbacRules.Action action(RBAC.Action proto, Problems problems) {
    return switch (proto) {
      case ALLOW -> RbacRules.Action.ALLOW;
      case DENY -> RbacRules.Action.DENY;
      case LOG -> RbacRules.Action.LOG;
      case UNRECOGNIZED -> {
        problems.error("action", "is unknown; ALLOW, DENY and LOG are allowed");
        yield RbacRules.Action.ALLOW;
      }
    };
  }

  /**
   * Rules or the matcher in their place.
   *
   * @param rules null: there are none; so too {@code matcher}
   * @param prefix of the fields' names
   */
  public static @Nullable RbacEngine either(
      @Nullable RBAC rules,
      @Nullable Matcher matcher,
      String prefix,
      boolean http,
      Problems problems) {
    if (matcher != null && rules != null) {
      problems.warning(prefix + "rules", "has no effect beside " + prefix + "matcher");
    }
    if (matcher != null) {
      return RbacMatcherCompiler.compile(matcher, http, problems.at(prefix + "matcher"));
    }
    return rules == null ? null : compile(rules, http, problems.at(prefix + "rules"));
  }

  private static RbacPolicy policy(
      String name, Policy proto, ConditionCompiler conditions, Problems problems) {
    return new RbacPolicy(
        name,
        conditions.permissions(proto.getPermissionsList(), "permissions", problems, false),
        conditions.principals(proto.getPrincipalsList(), "principals", problems, false),
        condition(proto, problems));
  }

  private static @Nullable Condition condition(Policy proto, Problems problems) {
    if (proto.hasCondition()) {
      return new Condition.Cel(
          ExprCompiler.compile(proto.getCondition(), problems.at("condition")));
    }
    return proto.hasCheckedCondition()
        ? new Condition.Cel(
            ExprCompiler.compile(proto.getCheckedCondition(), problems.at("checked_condition")))
        : null;
  }
}
