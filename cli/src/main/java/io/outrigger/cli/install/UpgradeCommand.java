package io.outrigger.cli.install;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings a control plane to this version. */
@Command(
    name = "upgrade",
    mixinStandardHelpOptions = true,
    description = {
      "Brings the control plane of a revision to this version and these values; values that were set",
      "before stay. If it doesn't become ready, what was there comes back."
    })
public final class UpgradeCommand implements Callable<Integer> {
  @Mixin private ReleaseOptions options = new ReleaseOptions();

  @Option(
      names = "--timeout",
      defaultValue = "5m",
      description = "how long to wait until it is ready (${DEFAULT-VALUE})")
  private String timeout = "";

  @Override
  public Integer call() throws InterruptedException {
    if (!CheckCommand.fits(options, false)) {
      System.err.println("outrigger upgrade: nothing was changed");
      return 1;
    }
    try {
      return new Helm(options)
          .withChart(
              "upgrade",
              List.of("--reset-then-reuse-values", "--atomic", "--wait", "--timeout", timeout));
    } catch (IOException e) {
      System.err.println("outrigger upgrade: " + e.getMessage());
      return 1;
    }
  }
}
