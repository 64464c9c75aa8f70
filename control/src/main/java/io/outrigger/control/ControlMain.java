package io.outrigger.control;

import io.outrigger.identity.AuthorityPem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The control plane's process. */
@Command(
    name = "outrigger control",
    mixinStandardHelpOptions = true,
    version = "outrigger 0.1.0",
    description = {
      "Reads Kubernetes and Istio resources from YAML files, sees every change of them, and serves",
      "each proxy its configuration (xDS) and its certificate."
    })
public final class ControlMain implements Callable<Integer> {
  @Mixin private ControlOptions options = new ControlOptions();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) {
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
    System.exit(new CommandLine(new ControlMain()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      options.consul();
    } catch (IllegalArgumentException e) {
      System.err.println("outrigger control: " + e.getMessage());
      return 2;
    }
    if (options.config.isEmpty() && !options.watchesCluster() && options.consul == null) {
      System.err.println(
          "outrigger control: there is nothing to read: give --config DIR, --kubernetes or --consul");
      return 2;
    }
    CountDownLatch end = new CountDownLatch(1);
    try (Control control = Control.start(options, new News(out))) {
      if (!options.config.isEmpty()) {
        out.println("configuration  " + options.config);
      }
      String cluster = control.cluster();
      if (cluster != null) {
        out.println("cluster        " + cluster);
      }
      String consul = control.consul();
      if (consul != null) {
        out.println("Consul         " + consul);
      }
      out.println("xDS and CA     " + options.bind + ":" + control.ports().tlsPort() + " (TLS)");
      out.println("xDS            127.0.0.1:" + control.ports().plaintextPort() + " (plain text)");
      if (control.webhookPort() != 0) {
        out.println("webhooks       " + options.bind + ":" + control.webhookPort() + " (HTTPS)");
      }
      out.println("pages          http://127.0.0.1:" + control.debug().port() + "/debug");
      out.println(
          "root           "
              + (options.authoritySecret() == null
                  ? options.stateDir.resolve(AuthorityPem.ROOTS)
                  : control.authority()));
      Thread hook = Thread.ofPlatform().unstarted(end::countDown);
      Runtime.getRuntime().addShutdownHook(hook);
      end.await();
      return 0;
    } catch (IOException e) {
      System.err.println("outrigger control: " + e.getMessage());
      return 1;
    }
  }
}
