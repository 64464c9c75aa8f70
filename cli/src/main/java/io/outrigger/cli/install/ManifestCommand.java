package io.outrigger.cli.install;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what install would apply. */
@Command(
    name = "manifest",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the manifests of the control plane, for tools that apply them; no cluster is asked.",
      "Definitions of Istio's kinds are among them: leave them out by --set crds.install=false where",
      "the cluster has them."
    })
public final class ManifestCommand implements Callable<Integer> {
  /** For which cluster to write, since none is asked. */
  private static final String KUBERNETES = "1.34.0";

  @Mixin private ReleaseOptions options = new ReleaseOptions();

  @Override
  public Integer call() throws InterruptedException {
    try {
      return new Helm(options)
          .withChart(
              "template", List.of("--kube-version", KUBERNETES, "--no-hooks", "--skip-tests"));
    } catch (IOException e) {
      System.err.println("outrigger manifest: " + e.getMessage());
      return 1;
    }
  }
}
