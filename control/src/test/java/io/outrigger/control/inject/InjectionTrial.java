package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.istio.InterceptionMode;
import java.io.IOException;
import java.util.Map;

/** Pods and settings as text, for tests. */
final class InjectionTrial {
  static final Map<String, String> MESHED = Map.of("istio-injection", "enabled");

  private InjectionTrial() {}

  static ObjectNode pod(String yaml) {
    try {
      return (ObjectNode) JsonTree.of(Yaml.parse("pod.yaml", yaml));
    } catch (YamlException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  static InjectionSettings settings(String yaml) {
    try {
      return InjectionSettingsReader.parse("settings.yaml", yaml);
    } catch (IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  static PodInjector.Surroundings in(String namespace, Map<String, String> labels) {
    return new PodInjector.Surroundings(namespace, labels, "", true, InterceptionMode.REDIRECT);
  }

  static PodInjector.Outcome inject(String settings, String pod) {
    return PodInjector.inject(settings(settings), in("shop", MESHED), pod(pod));
  }

  static ObjectNode injected(String settings, String pod) {
    PodInjector.Outcome outcome = inject(settings, pod);
    if (outcome instanceof PodInjector.Injected done) {
      return done.pod();
    }
    throw new AssertionError(outcome.toString());
  }
}
