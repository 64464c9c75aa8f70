package io.outrigger.cli.authz;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands about authorization policies. */
@Command(
    name = "authz",
    mixinStandardHelpOptions = true,
    description = "Says what authorization policies do, from files, without running anything.",
    subcommands = AuthzTestCommand.class)
public final class AuthzCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "say what to do: test");
  }
}
