package io.outrigger.proxy.lb;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.cluster.SubsetConfig;
import io.outrigger.config.cluster.SubsetConfig.Fallback;
import io.outrigger.config.cluster.SubsetConfig.Selector;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.lb.LbScope.SubsetDecision;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Balances among the hosts whose metadata a route asks for, or as the fallback policy says.
 *
 * <p>The balancer of a subset is made when it is first asked for. Routes pass the same criteria
 * object each time, so that finding it again compares a reference.
 */
final class SubsetBalancer implements LoadBalancer {
  private static final int MOST_CRITERIA = 1024;
  private static final LoadBalancer NONE = context -> null;

  private final SubsetConfig config;
  private final HostSet all;
  private final Function<HostSet, LoadBalancer> balancers;
  private final LbScope scope;
  private final IdentityHashMap<Struct, LoadBalancer> byIdentity = new IdentityHashMap<>();
  private final Map<Struct, LoadBalancer> subsets = new HashMap<>();
  private @Nullable LoadBalancer any;
  private @Nullable LoadBalancer unspecified;

  SubsetBalancer(
      SubsetConfig config, HostSet all, Function<HostSet, LoadBalancer> balancers, LbScope scope) {
    this.config = config;
    this.all = all;
    this.balancers = balancers;
    this.scope = scope;
  }

  @Override
  public @Nullable Host pick(LbContext context) {
    Host host = chosen(context).pick(context);
    if (host == null && config.panicModeAny()) {
      scope.subset(SubsetDecision.FALLBACK_PANIC);
      return any().pick(context);
    }
    return host;
  }

  private LoadBalancer chosen(LbContext context) {
    Struct wanted = context.metadataMatch();
    if (wanted == null || wanted.getFieldsCount() == 0) {
      if (unspecified == null) {
        unspecified = fallback(config.fallback(), Struct.getDefaultInstance(), List.of());
      }
      return unspecified;
    }
    LoadBalancer balancer = byIdentity.get(wanted);
    if (balancer == null) {
      if (byIdentity.size() >= MOST_CRITERIA) {
        byIdentity.clear();
      }
      balancer = choose(wanted);
      byIdentity.put(wanted, balancer);
    }
    return balancer;
  }

  private LoadBalancer choose(Struct wanted) {
    Set<String> keys = wanted.getFieldsMap().keySet();
    for (Selector selector : config.selectors()) {
      if (selector.keys().size() == keys.size() && keys.containsAll(selector.keys())) {
        LoadBalancer subset = subset(wanted);
        if (subset != null) {
          return counted(subset, SubsetDecision.SELECTED);
        }
        Fallback own = selector.fallback();
        return fallback(
            own == Fallback.NOT_DEFINED ? config.fallback() : own, wanted, selector.fallbackKeys());
      }
    }
    return fallback(config.fallback(), wanted, List.of());
  }

  private LoadBalancer fallback(Fallback policy, Struct wanted, List<String> keys) {
    return switch (policy) {
      case NOT_DEFINED, NO_FALLBACK -> NONE;
      case ANY_ENDPOINT -> counted(any(), SubsetDecision.FALLBACK);
      case DEFAULT_SUBSET -> {
        LoadBalancer subset = subset(config.defaultSubset());
        yield counted(subset != null ? subset : NONE, SubsetDecision.FALLBACK);
      }
      case KEYS_SUBSET -> {
        Struct.Builder fewer = Struct.newBuilder();
        for (String key : keys) {
          Value value = wanted.getFieldsMap().get(key);
          if (value != null) {
            fewer.putFields(key, value);
          }
        }
        // a selector's fallback keys are fewer than its keys, so this ends
        yield fewer.getFieldsCount() < wanted.getFieldsCount() ? choose(fewer.build()) : NONE;
      }
    };
  }

  private LoadBalancer counted(LoadBalancer balancer, SubsetDecision as) {
    return context -> {
      scope.subset(as);
      return balancer.pick(context);
    };
  }

  private LoadBalancer any() {
    if (any == null) {
      any = balancers.apply(all);
    }
    return any;
  }

  /** The balancer of the hosts that have this metadata, or null if there is none. */
  private @Nullable LoadBalancer subset(Struct wanted) {
    LoadBalancer found = subsets.get(wanted);
    if (found == null) {
      HostSet hosts = all.filter(host -> matches(host, wanted));
      if (hosts.size() == 0) {
        return null;
      }
      found = balancers.apply(hosts);
      subsets.put(wanted, found);
    }
    return found;
  }

  private boolean matches(Host host, Struct wanted) {
    if (!config.listAsAny()) {
      return host.metadata().containsAll("envoy.lb", wanted);
    }
    for (Map.Entry<String, Value> entry : wanted.getFieldsMap().entrySet()) {
      Value has = host.metadata().value("envoy.lb", entry.getKey());
      boolean listed =
          has != null
              && (has.equals(entry.getValue())
                  || (has.hasListValue()
                      && has.getListValue().getValuesList().contains(entry.getValue())));
      if (!listed) {
        return false;
      }
    }
    return true;
  }
}
