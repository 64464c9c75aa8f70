package io.outrigger.control.world;

import io.outrigger.control.istio.DestinationRule;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All DestinationRules, found by who calls what. */
public final class DestinationRules {
  private record Rule(Resource resource, DestinationRule spec, String host) {}

  /** A namespace's rules: for one host each, and those with wildcards. */
  private record Rules(Map<String, List<Rule>> exact, List<Rule> wildcards) {
    private static final Rules NONE = new Rules(Map.of(), List.of());
  }

  private final Map<String, Rules> byNamespace = new HashMap<>();
  private final String rootNamespace;

  DestinationRules(List<Resource> oldestFirst, String rootNamespace, String domain) {
    this.rootNamespace = rootNamespace;
    for (Resource resource : oldestFirst) {
      DestinationRule spec = (DestinationRule) resource.spec();
      String host = Hosts.resolve(spec.host(), resource.namespace(), domain);
      Rules rules =
          byNamespace.computeIfAbsent(
              resource.namespace(), n -> new Rules(new HashMap<>(), new ArrayList<>()));
      Rule rule = new Rule(resource, spec, host);
      if (host.startsWith("*")) {
        rules.wildcards.add(rule);
      } else {
        rules.exact.computeIfAbsent(host, h -> new ArrayList<>()).add(rule);
      }
    }
  }

  /**
   * The rule for calls from a workload to a host: from the caller's namespace, else the service's,
   * else the root namespace; in each the closest host.
   */
  public MergedDestinationRule find(
      String callerNamespace,
      Map<String, String> callerLabels,
      String serviceNamespace,
      String hostname) {
    MergedDestinationRule found =
        inNamespace(callerNamespace, callerNamespace, callerLabels, hostname);
    if (found == null && !serviceNamespace.equals(callerNamespace)) {
      found = inNamespace(serviceNamespace, callerNamespace, Map.of(), hostname);
    }
    if (found == null && !rootNamespace.equals(callerNamespace)) {
      found = inNamespace(rootNamespace, callerNamespace, Map.of(), hostname);
    }
    return found == null ? MergedDestinationRule.NONE : found;
  }

  private @Nullable MergedDestinationRule inNamespace(
      String namespace, String callerNamespace, Map<String, String> callerLabels, String hostname) {
    Rules rules = byNamespace.getOrDefault(namespace, Rules.NONE);
    List<Rule> exact = rules.exact.getOrDefault(hostname, List.of());
    for (Rule rule : exact) {
      if (applies(rule, namespace, callerNamespace, callerLabels)) {
        return merge(exact, hostname, namespace, callerNamespace, callerLabels);
      }
    }
    String closest = null;
    for (Rule rule : rules.wildcards) {
      if (applies(rule, namespace, callerNamespace, callerLabels)
          && Hosts.covers(rule.host, hostname)
          && (closest == null || Hosts.closer(rule.host, closest))) {
        closest = rule.host;
      }
    }
    return closest == null
        ? null
        : merge(rules.wildcards, closest, namespace, callerNamespace, callerLabels);
  }

  private static boolean applies(
      Rule rule, String namespace, String callerNamespace, Map<String, String> callerLabels) {
    return Visibility.visible(rule.spec.exportTo(), namespace, callerNamespace)
        && callerLabels.entrySet().containsAll(rule.spec.workloadSelector().entrySet());
  }

  // rules for the same host add up: the first with a policy gives it, subsets of one name likewise
  private static MergedDestinationRule merge(
      List<Rule> rules,
      String host,
      String namespace,
      String callerNamespace,
      Map<String, String> callerLabels) {
    TrafficPolicy policy = TrafficPolicy.NONE;
    Map<String, DestinationRule.Subset> subsets = new java.util.LinkedHashMap<>();
    List<ResourceId> sources = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.host.equals(host) && applies(rule, namespace, callerNamespace, callerLabels)) {
        sources.add(rule.resource.id());
        if (policy.equals(TrafficPolicy.NONE)) {
          policy = rule.spec.trafficPolicy();
        }
        rule.spec.subsets().forEach(subset -> subsets.putIfAbsent(subset.name(), subset));
      }
    }
    return new MergedDestinationRule(policy, List.copyOf(subsets.values()), List.copyOf(sources));
  }
}
