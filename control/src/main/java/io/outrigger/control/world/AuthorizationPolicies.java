package io.outrigger.control.world;

import io.outrigger.control.istio.AuthorizationPolicy;
import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All AuthorizationPolicies: which hold for a workload. */
public final class AuthorizationPolicies {
  private static final String DRY_RUN = "istio.io/dry-run";

  private final List<Resource> oldestFirst;
  private final String rootNamespace;

  AuthorizationPolicies(List<Resource> oldestFirst, String rootNamespace) {
    this.oldestFirst = List.copyOf(oldestFirst);
    this.rootNamespace = rootNamespace;
  }

  /** Whether a policy is counted and noted, and not enforced. */
  public static boolean isDryRun(Resource policy) {
    return "true".equals(policy.annotations().get(DRY_RUN));
  }

  /** Those of the workload's and the root namespace that select it. */
  public List<Resource> of(String namespace, Map<String, String> labels) {
    List<Resource> out = new ArrayList<>();
    for (Resource resource : oldestFirst) {
      AuthorizationPolicy policy = (AuthorizationPolicy) resource.spec();
      if (Selection.holds(resource, policy.selector(), rootNamespace, namespace, labels)) {
        out.add(resource);
      }
    }
    return out;
  }
}
