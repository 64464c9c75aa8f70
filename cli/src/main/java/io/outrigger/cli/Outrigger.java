package io.outrigger.cli;

import io.outrigger.cli.authz.AuthzCommand;
import io.outrigger.cli.demo.DemoCommand;
import io.outrigger.cli.explain.ExplainCommand;
import io.outrigger.cli.install.CheckCommand;
import io.outrigger.cli.install.InstallCommand;
import io.outrigger.cli.install.ManifestCommand;
import io.outrigger.cli.install.UninstallCommand;
import io.outrigger.cli.install.UpgradeCommand;
import io.outrigger.cli.join.JoinCommand;
import io.outrigger.cli.train.TrainCommand;
import io.outrigger.cli.up.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The outrigger command: what is not a long-running process of its own. */
@Command(
    name = "outrigger",
    mixinStandardHelpOptions = true,
    version = "outrigger 0.1.0",
    description = "A service mesh that speaks Envoy's and Istio's formats.",
    subcommands = {
      DemoCommand.class,
      ValidateCommand.class,
      ExplainCommand.class,
      AuthzCommand.class,
      InstallCommand.class,
      UpgradeCommand.class,
      UninstallCommand.class,
      ManifestCommand.class,
      CheckCommand.class,
      InjectCommand.class,
      InterceptCommand.class,
      TokenCommand.class,
      JoinCommand.class,
      UpCommand.class,
      TrainCommand.class
    })
public final class Outrigger {
  public static void main(String[] args) {
    System.exit(new CommandLine(new Outrigger()).execute(args));
  }
}
