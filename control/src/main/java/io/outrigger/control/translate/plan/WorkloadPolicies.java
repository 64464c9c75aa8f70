package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.AuthorizationPolicy;
import io.outrigger.control.istio.ExtensionProvider;
import io.outrigger.control.istio.RequestAuthentication.JwtRule;
import io.outrigger.control.policy.RateLimit;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.model.AuthorizationModel;
import io.outrigger.control.world.AuthorizationPolicies;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the policies that hold for what comes in at a workload. */
public final class WorkloadPolicies {
  private WorkloadPolicies() {}

  /**
   * All of them.
   *
   * @param ports the proxy's, by those that policies know
   */
  public static AuthorizationModel of(World world, ProxyNode node, Map<Integer, Integer> ports) {
    List<AuthorizationModel.Named> policies = new ArrayList<>();
    for (Resource resource : world.authorizationPolicies().of(node.namespace(), node.labels())) {
      policies.add(
          new AuthorizationModel.Named(
              resource.namespace(),
              resource.name(),
              AuthorizationPolicies.isDryRun(resource),
              (AuthorizationPolicy) resource.spec()));
    }
    List<JwtRule> jwtRules = world.requestAuthentications().of(node.namespace(), node.labels());
    List<AuthorizationModel.Limits> limits = new ArrayList<>();
    for (Resource resource : world.rateLimits().of(node.namespace(), node.labels())) {
      limits.add(
          new AuthorizationModel.Limits(
              resource.namespace(), resource.name(), ((RateLimit) resource.spec()).limits()));
    }
    return policies.isEmpty() && jwtRules.isEmpty() && limits.isEmpty()
        ? AuthorizationModel.NONE
        : new AuthorizationModel(
            policies,
            world.mesh().trustDomain(),
            ports,
            providers(world, policies),
            jwtRules,
            limits);
  }

  private static Map<String, AuthorizationModel.Provider> providers(
      World world, List<AuthorizationModel.Named> policies) {
    Map<String, AuthorizationModel.Provider> out = new HashMap<>();
    for (ExtensionProvider provider : world.mesh().extensionProviders()) {
      if (policies.stream().anyMatch(named -> named.policy().provider().equals(provider.name()))) {
        out.put(
            provider.name(),
            new AuthorizationModel.Provider(
                ClusterNames.outbound(provider.port(), null, provider.host()), provider));
      }
    }
    return out;
  }
}
