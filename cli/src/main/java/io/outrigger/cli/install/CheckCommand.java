package io.outrigger.cli.install;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether a cluster fits. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Looks whether a cluster fits: its version and nodes, your rights, other meshes' webhooks,",
      "definitions of resources. Changes nothing, and says what to do about each finding."
    })
public final class CheckCommand implements Callable<Integer> {
  @Mixin private ReleaseOptions options = new ReleaseOptions();

  @Override
  public Integer call() {
    return fits(options, true) ? 0 : 1;
  }

  /** Prints what is found; false: something forbids to go on. */
  static boolean fits(ReleaseOptions options, boolean isNew) {
    try (KubernetesClient client = options.client()) {
      List<Finding> findings = new Preflight(client, options).look(isNew);
      findings.forEach(System.out::println);
      return findings.stream().noneMatch(f -> f.weight() == Finding.Weight.ERROR);
    }
  }
}
