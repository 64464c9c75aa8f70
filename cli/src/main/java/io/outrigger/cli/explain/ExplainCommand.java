package io.outrigger.cli.explain;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that explain a configuration. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Says what is in force and why, from files, without running anything.",
    subcommands = DefaultsCommand.class)
public final class ExplainCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to explain: defaults");
  }
}
