package io.outrigger.cli.install;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Installs the control plane. */
@Command(
    name = "install",
    mixinStandardHelpOptions = true,
    description = {
      "Looks whether the cluster fits, and installs the control plane there, by helm and the chart",
      "outrigger; returns when it is ready. Nothing is changed if the cluster doesn't fit."
    })
public final class InstallCommand implements Callable<Integer> {
  @Mixin private ReleaseOptions options = new ReleaseOptions();

  @Option(names = "--force", description = "install whatever the check finds")
  private boolean force;

  @Option(
      names = "--timeout",
      defaultValue = "5m",
      description = "how long to wait until it is ready (${DEFAULT-VALUE})")
  private String timeout = "";

  @Override
  public Integer call() throws InterruptedException {
    if (!CheckCommand.fits(options, true) && !force) {
      System.err.println("outrigger install: nothing was changed");
      return 1;
    }
    try {
      return new Helm(options)
          .withChart("install", List.of("--create-namespace", "--wait", "--timeout", timeout));
    } catch (IOException e) {
      System.err.println("outrigger install: " + e.getMessage());
      return 1;
    }
  }
}
