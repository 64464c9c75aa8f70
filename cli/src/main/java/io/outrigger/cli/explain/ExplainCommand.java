package io.outrigger.cli.explain;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(line(), "say what to explain: defaults");
  }

  private CommandLine line() {
    return Objects.requireNonNull(spec).commandLine();
  }
}
