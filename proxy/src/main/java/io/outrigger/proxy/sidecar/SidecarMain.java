package io.outrigger.proxy.sidecar;

import io.outrigger.proxy.Proxy;
import io.outrigger.proxy.ProxyOptions;
import io.outrigger.proxy.StartException;
import io.outrigger.proxy.agent.AgentPort;
import io.outrigger.proxy.dns.SystemNames;
import io.outrigger.proxy.drain.DrainStrategy;
import io.outrigger.proxy.log.Level;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code outrigger sidecar} process: a proxy, its agent, and the application beside them. */
public final class SidecarMain {
  private SidecarMain() {}

  public static void main(String[] args) {
    System.exit(run(Role.SIDECAR, List.of(args)));
  }

  /**
   * Runs until the application, or the proxy, has ended; its exit code, or 1 if it didn't come that
   * far.
   */
  static int run(Role role, List<String> args) {
    if (args.contains("--help") || args.contains("-h")) {
      System.out.print(role.usage);
      return 0;
    }
    try {
      SidecarOptions options = SidecarArguments.parse(role, args);
      Level level = Level.of(options.logLevel());
      if (level == null) {
        throw new UsageException("--log-level is \"" + options.logLevel() + "\"; see --help");
      }
      Log.all(level);
      TrustedRoots roots = new TrustedRoots(options.caFile(), options.stateDir());
      Files.createDirectories(options.stateDir());
      AgentPort agent = agent(options);
      String address = address(options);
      String clusters = agent == null ? "" : agent.clusters(address);
      SidecarBootstrap bootstrap = new SidecarBootstrap(options, address, clusters);
      ConsulAgent known = options.consul();
      ConsulRegistration consul =
          known == null ? null : new ConsulRegistration(known, options, address);
      ProxyOptions proxyOptions =
          new ProxyOptions()
              .config("", bootstrap.yaml())
              .concurrency(options.concurrency())
              .drainTime(options.drainTime().toSeconds())
              .stateDir(options.stateDir().toString());
      if (options.interception().applied) {
        proxyOptions.drainStrategy(DrainStrategy.IMMEDIATE); // as Istio's runs
      }
      String epoch = options.restartEpoch();
      if (epoch != null) {
        proxyOptions.hotRestart(epoch, options.baseId(), options.parentShutdownTime().toSeconds());
      }
      Proxy proxy = Proxy.start(proxyOptions);
      Log.MAIN.info(bootstrap.nodeId() + " as " + options.id());
      return new Sidecar(options, proxy, roots, consul, agent).run();
    } catch (UsageException e) {
      System.err.println("outrigger " + role.word + ": " + e.getMessage());
    } catch (ProxyOptions.WrongUsage e) {
      System.err.println("outrigger " + role.word + ": " + e.getMessage());
    } catch (StartException e) {
      e.lines().forEach(line -> System.err.println("outrigger " + role.word + ": " + line));
    } catch (IOException e) {
      System.err.println("outrigger sidecar: the state directory can't be made: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 1;
  }

  private static @Nullable AgentPort agent(SidecarOptions options) throws UsageException {
    if (options.statusPort() == 0) {
      return null;
    }
    try {
      return new AgentPort(
          System.getenv("ISTIO_KUBE_APP_PROBERS"), System.getenv("ISTIO_PROMETHEUS_ANNOTATIONS"));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** The address from which the control plane is reached; nothing is sent to find it. */
  private static String address(SidecarOptions options) {
    String given = options.address();
    if (given != null) {
      return given;
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(
          new InetSocketAddress(
              SystemNames.resolve(options.controlHost()).getFirst(), options.controlPort()));
      return socket.getLocalAddress().getHostAddress();
    } catch (SocketException | UnknownHostException | UncheckedIOException e) {
      Log.MAIN.warning("no address to reach the control plane from; --address would tell one");
      return "127.0.0.1";
    }
  }
}
