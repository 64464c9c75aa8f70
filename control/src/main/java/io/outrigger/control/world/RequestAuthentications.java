package io.outrigger.control.world;

import io.outrigger.control.istio.RequestAuthentication;
import io.outrigger.control.keys.KeySets;
import io.outrigger.control.keys.KeySource;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All RequestAuthentications: which rules hold for a workload. */
public final class RequestAuthentications {
  private final List<Resource> oldestFirst;
  private final String rootNamespace;
  private final KeySets keys;

  RequestAuthentications(List<Resource> oldestFirst, String rootNamespace, KeySets keys) {
    this.oldestFirst = List.copyOf(oldestFirst);
    this.rootNamespace = rootNamespace;
    this.keys = keys;
  }

  /** The rules of the workload's and the root namespace that select it. */
  public List<RequestAuthentication.JwtRule> of(String namespace, Map<String, String> labels) {
    List<RequestAuthentication.JwtRule> out = new ArrayList<>();
    for (Resource resource : oldestFirst) {
      RequestAuthentication spec = (RequestAuthentication) resource.spec();
      if (Selection.holds(resource, spec.selector(), rootNamespace, namespace, labels)) {
        for (RequestAuthentication.JwtRule rule : spec.rules()) {
          KeySource source = rule.source();
          out.add(source == null ? rule : rule.with(keys.of(source)));
        }
      }
    }
    return out;
  }

  /** Where keys are to be fetched. */
  public Set<KeySource> sources() {
    Set<KeySource> out = new LinkedHashSet<>();
    for (Resource resource : oldestFirst) {
      for (RequestAuthentication.JwtRule rule : ((RequestAuthentication) resource.spec()).rules()) {
        if (rule.source() != null) {
          out.add(rule.source());
        }
      }
    }
    return out;
  }

  /** What could not be fetched, by the resources that need it. */
  public List<Problem> problems() {
    List<Problem> out = new ArrayList<>();
    for (Resource resource : oldestFirst) {
      List<RequestAuthentication.JwtRule> rules = ((RequestAuthentication) resource.spec()).rules();
      for (int i = 0; i < rules.size(); i++) {
        KeySource source = rules.get(i).source();
        String failure = source == null ? null : keys.failure(source);
        if (failure != null) {
          out.add(
              new Problem(
                  Problem.Severity.WARNING,
                  resource.place(),
                  resource.id(),
                  "spec.jwtRules[" + i + "]",
                  failure));
        }
      }
    }
    return out;
  }
}
