package io.outrigger.cli;

import io.outrigger.identity.AuthorityPem;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.Fingerprint;
import io.outrigger.identity.Pem;
import io.outrigger.identity.ServiceTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--namespace", defaultValue = "default", description = "(${DEFAULT-VALUE})")
  private String namespace = "";

  @Option(names = "--service-account", required = true, description = "whose token it is")
  private String serviceAccount = "";

  @Option(
      names = "--hours",
      defaultValue = "12",
      description = "how long it is good (${DEFAULT-VALUE})")
  private double hours;

  @Option(names = "--once", description = "good for one certificate only")
  private boolean once;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description = {
        "print the command by which another machine joins, once and within --hours (0.25), with",
        "this address of the control plane's"
      })
  private @Nullable String join;

  @Override
  public Integer call() {
    try {
      ServiceTokens tokens = ServiceTokens.open(stateDir, InstantSource.system());
      if (join != null) {
        double until =
            spec.commandLine().getParseResult().hasMatchedOption("--hours") ? hours : 0.25;
        String token = tokens.issueOnce(namespace, serviceAccount, life(until));
        System.out.println(
            "outrigger join --control %s --ca-fingerprint %s --token %s --service %s --app-port PORT"
                .formatted(join, Fingerprint.of(root()), token, serviceAccount));
        return 0;
      }
      Duration life = life(hours);
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

  /** The one that the control plane shows, which needs the authority's key where it isn't first. */
  private X509Certificate root() throws IOException {
    if (Files.exists(stateDir.resolve(AuthorityPem.CERTIFICATE))) {
      return CertificateAuthority.open(stateDir, "any", InstantSource.system()).root();
    }
    return Pem.certificates(Files.readString(stateDir.resolve(AuthorityPem.ROOTS))).getFirst();
  }

  private static Duration life(double hours) {
    return Duration.ofSeconds(Math.round(hours * 3600));
  }
}
