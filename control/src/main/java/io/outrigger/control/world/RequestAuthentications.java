package io.outrigger.control.world;

import io.outrigger.control.istio.RequestAuthentication;
import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All RequestAuthentications: which rules hold for a workload. */
public final class RequestAuthentications {
  private final List<Resource> oldestFirst;
  private final String rootNamespace;

  RequestAuthentications(List<Resource> oldestFirst, String rootNamespace) {
    this.oldestFirst = List.copyOf(oldestFirst);
    this.rootNamespace = rootNamespace;
  }

  /** The rules of the workload's and the root namespace that select it. */
  public List<RequestAuthentication.JwtRule> of(String namespace, Map<String, String> labels) {
    List<RequestAuthentication.JwtRule> out = new ArrayList<>();
    for (Resource resource : oldestFirst) {
      RequestAuthentication spec = (RequestAuthentication) resource.spec();
      if (Selection.holds(resource, spec.selector(), rootNamespace, namespace, labels)) {
        out.addAll(spec.rules());
      }
    }
    return out;
  }
}
