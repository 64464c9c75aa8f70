package io.outrigger.cli;

import io.outrigger.identity.ServiceTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Issues the token by which a sidecar proves its service account. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a token for one service account, signed by the control plane's key. Give it to the",
      "sidecar as --token-file, in a file that only the sidecar can read."
    })
final class TokenCommand implements Callable<Integer> {
  @Option(
      names = "--state-dir",
      defaultValue = ".outrigger/control",
      description = "the control plane's --state-dir (${DEFAULT-VALUE})")
  private Path stateDir = Path.of("");

  @Option(names = "--namespace", defaultValue = "default", description = "(${DEFAULT-VALUE})")
  private String namespace = "";

  @Option(names = "--service-account", required = true, description = "whose token it is")
  private String serviceAccount = "";

  @Option(
      names = "--hours",
      defaultValue = "12",
      description = "how long it is good (${DEFAULT-VALUE})")
  private int hours;

  @Option(names = "--once", description = "good for one certificate only")
  private boolean once;

  @Override
  public Integer call() {
    try {
      ServiceTokens tokens = ServiceTokens.open(stateDir, InstantSource.system());
      Duration life = Duration.ofHours(hours);
      System.out.println(
          once
              ? tokens.issueOnce(namespace, serviceAccount, life)
              : tokens.issue(namespace, serviceAccount, life));
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("outrigger token: " + e.getMessage());
      return 1;
    }
  }
}
