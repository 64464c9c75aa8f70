package io.outrigger.control.translate.listener;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.outrigger.control.istio.AuthorizationPolicy;
import io.outrigger.control.istio.AuthorizationPolicy.Action;
import io.outrigger.control.istio.AuthorizationPolicy.Attribute;
import io.outrigger.control.istio.AuthorizationPolicy.Condition;
import io.outrigger.control.istio.AuthorizationPolicy.Operation;
import io.outrigger.control.istio.AuthorizationPolicy.Rule;
import io.outrigger.control.istio.AuthorizationPolicy.Source;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.AuthorizationModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes RBAC policies of rules.
 *
 * <p>Of a TCP connection nobody knows what HTTP says: a rule that allows by that allows nothing,
 * one that denies by that denies by what is left of it.
 */
final class PolicyRules {
  private final AuthorizationModel model;
  private final Action action;
  private final boolean tcp;

  PolicyRules(AuthorizationModel model, Action action, boolean tcp) {
    this.model = model;
    this.action = action;
    this.tcp = tcp;
  }

  /** Null: no connection can match. */
  @Nullable Policy of(AuthorizationModel.Named policy, Rule rule) {
    if (tcp && action == Action.ALLOW && asksForHttp(rule)) {
      return null;
    }
    Policy.Builder out = Policy.newBuilder();
    for (Operation operation : rule.to()) {
      out.addPermissions(permission(operation, rule.when()));
    }
    if (rule.to().isEmpty()) {
      out.addPermissions(permission(null, rule.when()));
    }
    for (Source source : rule.from()) {
      out.addPrincipals(principal(policy.namespace(), source, rule.when()));
    }
    if (rule.from().isEmpty()) {
      out.addPrincipals(principal(policy.namespace(), null, rule.when()));
    }
    return out.build();
  }

  private static boolean asksForHttp(Rule rule) {
    for (Operation operation : rule.to()) {
      if (!(operation.hosts().isEmpty()
          && operation.methods().isEmpty()
          && operation.paths().isEmpty())) {
        return true;
      }
    }
    for (Condition condition : rule.when()) {
      if (condition.attribute() == Attribute.REQUEST_HEADER || condition.attribute().isOfToken()) {
        return true;
      }
    }
    for (Source source : rule.from()) {
      if (!source.requestPrincipals().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  // ---- what is asked for ----

  private Permission permission(@Nullable Operation operation, List<Condition> when) {
    List<Permission> all = new ArrayList<>();
    if (operation != null) {
      if (!tcp) {
        permissions(all, operation.hosts(), PolicyMatchers::host);
        permissions(all, operation.methods(), text -> PolicyMatchers.header(":method", text));
        permissions(all, operation.paths(), PolicyMatchers::path);
      }
      permissions(all, operation.ports(), this::port);
    }
    for (Condition condition : when) {
      switch (condition.attribute()) {
        case DESTINATION_IP ->
            permissions(
                all,
                condition.values(),
                text -> Permission.newBuilder().setDestinationIp(range(text)).build());
        case DESTINATION_PORT -> permissions(all, condition.values(), this::port);
        case SNI -> permissions(all, condition.values(), PolicyMatchers::serverName);
        default -> {}
      }
    }
    if (all.isEmpty()) {
      return Permission.newBuilder().setAny(true).build();
    }
    return Permission.newBuilder()
        .setAndRules(Permission.Set.newBuilder().addAllRules(all))
        .build();
  }

  private Permission port(String text) {
    int port = Integer.parseInt(text);
    return Permission.newBuilder()
        .setDestinationPort(model.ports().getOrDefault(port, port))
        .build();
  }

  private static void permissions(
      List<Permission> all, AuthorizationPolicy.Values values, Function<String, Permission> each) {
    if (!values.allowed().isEmpty()) {
      all.add(anyPermission(values.allowed(), each));
    }
    if (!values.excluded().isEmpty()) {
      all.add(Permission.newBuilder().setNotRule(anyPermission(values.excluded(), each)).build());
    }
  }

  private static Permission anyPermission(List<String> values, Function<String, Permission> each) {
    Permission.Set.Builder set = Permission.Set.newBuilder();
    values.forEach(value -> set.addRules(each.apply(value)));
    return Permission.newBuilder().setOrRules(set).build();
  }

  // ---- who asks ----

  private Principal principal(String namespace, @Nullable Source source, List<Condition> when) {
    List<Principal> all = new ArrayList<>();
    if (source != null) {
      principals(all, source.principals(), this::name);
      if (!tcp) {
        principals(all, source.requestPrincipals(), Tokens::requestPrincipal);
      }
      principals(all, source.serviceAccounts(), text -> serviceAccount(namespace, text));
      principals(all, source.namespaces(), PolicyMatchers::namespace);
      principals(all, source.remoteIpBlocks(), PolicyRules::remoteIp);
      principals(all, source.ipBlocks(), PolicyRules::sourceIp);
    }
    for (Condition condition : when) {
      if (condition.attribute().isOfToken()) {
        if (!tcp) {
          principals(all, condition.values(), text -> token(condition, text));
        }
        continue;
      }
      switch (condition.attribute()) {
        case REQUEST_HEADER -> {
          if (!tcp) {
            principals(
                all,
                condition.values(),
                text -> PolicyMatchers.principalHeader(condition.name(), text));
          }
        }
        case SOURCE_IP -> principals(all, condition.values(), PolicyRules::sourceIp);
        case REMOTE_IP -> principals(all, condition.values(), PolicyRules::remoteIp);
        case SOURCE_NAMESPACE -> principals(all, condition.values(), PolicyMatchers::namespace);
        case SOURCE_PRINCIPAL -> principals(all, condition.values(), this::name);
        case SOURCE_SERVICE_ACCOUNT ->
            principals(all, condition.values(), text -> serviceAccount(namespace, text));
        default -> {}
      }
    }
    if (all.isEmpty()) {
      return Principal.newBuilder().setAny(true).build();
    }
    return Principal.newBuilder().setAndIds(Principal.Set.newBuilder().addAllIds(all)).build();
  }

  private static Principal token(Condition condition, String text) {
    return switch (condition.attribute()) {
      case REQUEST_PRINCIPAL -> Tokens.requestPrincipal(text);
      case REQUEST_AUDIENCES -> Tokens.claim(List.of("aud"), text);
      case REQUEST_PRESENTER -> Tokens.claim(List.of("azp"), text);
      default -> Tokens.claim(List.of(condition.name().split("\\]\\[", -1)), text);
    };
  }

  /** cluster.local stands for the mesh's trust domain, whatever that is called. */
  private Principal name(String text) {
    String local = "cluster.local/";
    return PolicyMatchers.principal(
        text.startsWith(local) ? model.trustDomain() + "/" + text.substring(local.length()) : text);
  }

  private static Principal serviceAccount(String namespace, String text) {
    int slash = text.indexOf('/');
    return PolicyMatchers.serviceAccount(
        slash < 0 ? namespace : text.substring(0, slash), text.substring(slash + 1));
  }

  private static Principal sourceIp(String text) {
    return Principal.newBuilder().setDirectRemoteIp(range(text)).build();
  }

  private static Principal remoteIp(String text) {
    return Principal.newBuilder().setRemoteIp(range(text)).build();
  }

  private static void principals(
      List<Principal> all, AuthorizationPolicy.Values values, Function<String, Principal> each) {
    if (!values.allowed().isEmpty()) {
      all.add(anyPrincipal(values.allowed(), each));
    }
    if (!values.excluded().isEmpty()) {
      all.add(Principal.newBuilder().setNotId(anyPrincipal(values.excluded(), each)).build());
    }
  }

  private static Principal anyPrincipal(List<String> values, Function<String, Principal> each) {
    Principal.Set.Builder set = Principal.Set.newBuilder();
    values.forEach(value -> set.addIds(each.apply(value)));
    return Principal.newBuilder().setOrIds(set).build();
  }

  private static CidrRange range(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    int bits =
        slash < 0
            ? (address.indexOf(':') >= 0 ? 128 : 32)
            : Integer.parseInt(text.substring(slash + 1));
    return CidrRange.newBuilder()
        .setAddressPrefix(address)
        .setPrefixLen(Values.number(bits))
        .build();
  }
}
