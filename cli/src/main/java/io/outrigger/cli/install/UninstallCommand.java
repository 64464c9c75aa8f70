package io.outrigger.cli.install;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a control plane away. */
@Command(
    name = "uninstall",
    mixinStandardHelpOptions = true,
    description = {
      "Takes the control plane of a revision away, and with the last one the root certificates, the",
      "authority's key, and the definitions that the chart brought. Sidecars in pods stay until these",
      "start anew."
    })
public final class UninstallCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Mixin private ReleaseOptions options = new ReleaseOptions();

  @Option(
      names = "--leftovers",
      description = "only what control planes wrote by themselves; helm uninstall runs this")
  private boolean leftovers;

  @Override
  public Integer call() throws InterruptedException {
    try {
      if (!leftovers) {
        return new Helm(options)
            .run(List.of("uninstall", options.release(), "--wait", "--timeout", "5m"));
      }
      try (KubernetesClient client = options.client()) {
        System.out.println(Leftovers.remove(client, options, LIMIT));
      }
      return 0;
    } catch (IOException | KubernetesClientException e) {
      System.err.println("outrigger uninstall: " + e.getMessage());
      return 1;
    }
  }
}
