package io.outrigger.cli.install;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which installation is meant, and its values: the flags that the commands have in common. */
final class ReleaseOptions {
  static final String DEFAULT = "default";

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "outrigger-system",
      description = "where the control plane is (${DEFAULT-VALUE})")
  String namespace = "";

  @Option(
      names = "--revision",
      defaultValue = DEFAULT,
      description = "of the control plane; another than ${DEFAULT-VALUE} is beside the first")
  String revision = "";

  @Option(
      names = {"-f", "--values"},
      paramLabel = "FILE",
      description = "values of the chart")
  final List<Path> values = new ArrayList<>();

  @Option(names = "--set", paramLabel = "NAME=VALUE", description = "one value of the chart")
  final List<String> set = new ArrayList<>();

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "which cluster; as kubectl unless given")
  @Nullable Path kubeconfig;

  /** What helm calls it. */
  String release() {
    return "outrigger" + suffix();
  }

  /** What follows the names of a revision's objects. */
  String suffix() {
    return revision.equals(DEFAULT) ? "" : "-" + revision;
  }

  KubernetesClient client() {
    Path file = kubeconfig;
    Config found =
        file == null
            ? Config.autoConfigure(null)
            : Config.fromKubeconfig(new File(file.toString()));
    Config config =
        new ConfigBuilder(found)
            .withUserAgent("outrigger")
            .withConnectionTimeout(10_000)
            .withRequestRetryBackoffLimit(1)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
