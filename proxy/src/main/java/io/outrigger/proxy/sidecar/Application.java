package io.outrigger.proxy.sidecar;

import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The application that a sidecar started: its end is the sidecar's, with the same exit code. */
final class Application {
  private final Process process;

  private Application(Process process) {
    this.process = process;
  }

  /**
   * Starts the command of the options, with the sidecar's own input, output and environment, and
   * {@code HTTP_PROXY} if there is a forward proxy.
   *
   * @throws UsageException if it can't be started; says why
   */
  static Application start(SidecarOptions options) throws UsageException {
    List<String> command = new ArrayList<>();
    String user = options.runAs();
    if (user != null) {
      int colon = user.indexOf(':');
      String uid = colon < 0 ? user : user.substring(0, colon);
      String gid = colon < 0 ? user : user.substring(colon + 1);
      command.addAll(List.of("setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", "--"));
    }
    command.addAll(options.command());
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    proxyVariables(options, builder.environment());
    try {
      Application application = new Application(builder.start());
      Log.MAIN.info("started " + options.command().getFirst() + ", pid " + application.pid());
      return application;
    } catch (IOException e) {
      throw new UsageException("the command can't be started: " + e.getMessage());
    }
  }

  /** Without interception an application finds the mesh by what HTTP clients look for. */
  private static void proxyVariables(SidecarOptions options, Map<String, String> environment) {
    if (options.httpProxyPort() == 0
        || options.interception() != SidecarOptions.Interception.NONE) {
      return;
    }
    String proxy = "http://127.0.0.1:" + options.httpProxyPort();
    for (String name : List.of("HTTP_PROXY", "http_proxy")) {
      environment.put(name, proxy);
    }
    for (String name : List.of("NO_PROXY", "no_proxy")) {
      environment.putIfAbsent(name, "localhost,127.0.0.1,::1");
    }
  }

  long pid() {
    return process.pid();
  }

  boolean running() {
    return process.isAlive();
  }

  /** Blocks until it has ended, and gives its exit code; 128 and the signal's number if killed. */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  /** Sends SIGTERM, and SIGKILL if it hasn't ended in time. Gives its exit code. */
  int terminate(Duration patience) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      Log.MAIN.warning("the application didn't end within " + patience.toSeconds() + " s: killed");
      process.destroyForcibly();
    }
    return process.waitFor();
  }
}
