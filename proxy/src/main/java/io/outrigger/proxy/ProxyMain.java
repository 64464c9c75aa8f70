package io.outrigger.proxy;

import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.log.LogOutput;
import io.outrigger.proxy.log.NettyLogs;
import io.outrigger.proxy.restart.HotRestart;
import java.io.IOException;
import java.nio.file.Path;

/** The {@code outrigger proxy} process: a proxy on a bootstrap, with Envoy's flags. */
public final class ProxyMain {
  private ProxyMain() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs until the proxy ends; the exit code. */
  static int run(String... args) {
    ProxyOptions options;
    try {
      options = ProxyOptions.parse(args);
    } catch (ProxyOptions.WrongUsage e) {
      System.err.println("outrigger proxy: " + e.getMessage());
      return 1;
    }
    if (options.help) {
      System.out.print(ProxyOptions.usage());
      return 0;
    }
    if (options.version) {
      System.out.println("outrigger " + Version.NUMBER + " (as Envoy " + Version.ENVOY + ")");
      return 0;
    }
    if (options.hotRestartVersion) {
      System.out.println(options.restart.isDisabled() ? "disabled" : HotRestart.VERSION);
      return 0;
    }
    try {
      log(options);
      if (options.mode == ProxyOptions.Mode.VALIDATE) {
        BootstrapLoader.load(options);
        System.out.println("configuration '" + name(options) + "' OK");
        return 0;
      }
      serve(options);
      return 0;
    } catch (StartException e) {
      for (String line : e.lines()) {
        System.err.println("outrigger proxy: " + line);
      }
      return 1;
    }
  }

  private static String name(ProxyOptions options) {
    return options.configPath == null ? "--config-yaml" : options.configPath;
  }

  private static void log(ProxyOptions options) throws StartException {
    NettyLogs.install();
    options.applyLogLevels();
    if (options.logFormat != null) {
      LogOutput.format(options.logFormat);
    }
    if (options.logPath != null) {
      try {
        LogOutput.toFile(Path.of(options.logPath));
      } catch (IOException e) {
        throw new StartException("--log-path " + options.logPath + ": " + e.getMessage());
      }
    }
  }

  private static void serve(ProxyOptions options) throws StartException {
    Proxy proxy = Proxy.start(options);
    // the JVM runs hooks on SIGTERM, SIGINT and SIGHUP, and ends when they have returned
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endPolitely(proxy), "outrigger-signal"));
    proxy.closed().join();
  }

  private static void endPolitely(Proxy proxy) {
    if (proxy.closed().isDone()) {
      return; // it ended by itself, and main is exiting
    }
    Log.MAIN.warning("caught a signal to end");
    proxy.drain();
    proxy.closed().join();
    Log.MAIN.info("exiting");
    Runtime.getRuntime().halt(0); // the JVM's own code would say that a signal killed it
  }
}
