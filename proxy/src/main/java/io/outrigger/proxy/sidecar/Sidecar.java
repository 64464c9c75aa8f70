package io.outrigger.proxy.sidecar;

import com.google.protobuf.ByteString;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tls.TlsCertificate;
import io.outrigger.config.tls.ValidationConfig;
import io.outrigger.identity.Pem;
import io.outrigger.identity.RotationClock;
import io.outrigger.proxy.Proxy;
import io.outrigger.proxy.agent.AgentPort;
import io.outrigger.proxy.intercept.InterceptException;
import io.outrigger.proxy.intercept.Interception;
import io.outrigger.proxy.intercept.Iptables;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.worker.Worker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One sidecar's life: certificate, proxy in force, interception, application, and all of it back in
 * reverse. {@link #run} is the main thread's; the end by a signal is a shutdown hook's.
 */
final class Sidecar implements CertificateRenewal.Listener, AgentPort.Life {
  /** How long the application may take to end before it is killed, as Kubernetes gives it. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How often the file of roots is looked at. */
  private static final long LOOK_MILLIS = 2000;

  private static final long CALLERS_HEAR_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SidecarOptions options;
  private final Proxy proxy;
  private final TrustedRoots roots;
  private final @Nullable ConsulRegistration consul;
  private final @Nullable AgentPort agent;

  /** Done when the proxy is in force; fails if it never will be. */
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private volatile @Nullable Application application;
  private volatile boolean ending;

  /** The pod was told to end before this process was: it is told when the application is over. */
  private volatile boolean podEnds;

  Sidecar(
      SidecarOptions options,
      Proxy proxy,
      TrustedRoots roots,
      @Nullable ConsulRegistration consul,
      @Nullable AgentPort agent) {
    this.options = options;
    this.proxy = proxy;
    this.roots = roots;
    this.consul = consul;
    this.agent = agent;
  }

  /** Runs until the application, or without one the proxy, has ended; the exit code. */
  int run() throws InterruptedException, UsageException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "outrigger-signal"));
    try {
      return live();
    } finally {
      if (!ending) {
        release();
        proxy.close();
      }
    }
  }

  private int live() throws InterruptedException, UsageException {
    Worker main = proxy.main();
    serveAgent(main);
    CertificateRenewal renewal =
        new CertificateRenewal(
            options,
            new CertificateClient(main, options, roots),
            new CertificateFiles(options.stateDir()),
            roots,
            new RotationClock(new SecureRandom()),
            (wait, action) -> main.loop().schedule(action, wait.toMillis(), TimeUnit.MILLISECONDS),
            InstantSource.system(),
            this);
    main.loop().execute(renewal::start);
    var _ =
        main.loop()
            .scheduleWithFixedDelay(
                renewal::lookForRoots, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    proxy.handedOver().thenRun(renewal::stop); // the new process renews, and keeps the files
    proxy.initialized().thenRun(() -> ready.complete(null));
    proxy.closed().thenRun(() -> ready.complete(null));
    try {
      ready.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new UsageException(String.valueOf((cause == null ? e : cause).getMessage()));
    }
    intercept();
    if (consul != null) {
      consul.start();
    }
    if (options.command().isEmpty()) {
      proxy.closed().join();
      return 0;
    }
    return runApplication();
  }

  private void serveAgent(Worker main) throws UsageException {
    if (agent == null) {
      return;
    }
    try {
      proxy.serve(
          new InetSocketAddress(options.statusPort()),
          agent.pages(main, proxy.clusters(), proxy.adminPages(), this));
    } catch (IOException e) {
      throw new UsageException("--status-port " + options.statusPort() + ": " + e.getMessage());
    }
  }

  // ---- the pod's end, told to the agent's port ----

  @Override
  public void drain() {
    Log.MAIN.info("the pod ends: callers are asked to go");
    podEnds = true;
    proxy.askInboundToGo();
  }

  @Override
  public void quit() {
    Log.MAIN.info("asked to quit: the application has ended");
    proxy.drain();
  }

  private int runApplication() throws InterruptedException, UsageException {
    Application started;
    synchronized (this) {
      if (ending) {
        return 1;
      }
      started = Application.start(options);
      application = started;
    }
    int code = started.await();
    if (!ending) {
      if (consul != null) {
        var _ = consul.end();
      }
      Log.MAIN.info("the application ended with " + code);
    }
    return code;
  }

  // ---- certificates, on the configuration loop ----

  @Override
  public void onCertificate(WorkloadCertificate certificate) {
    proxy.putSecret(
        new Secret.Certificate(
            "default",
            new TlsCertificate(
                inline(Pem.certificates(certificate.chain())),
                inline(Pem.privateKey(certificate.key())),
                null,
                null,
                null,
                "")));
  }

  @Override
  public void onRoots(List<X509Certificate> trusted) {
    proxy.putSecret(
        new Secret.Validation(
            "ROOTCA",
            new ValidationConfig(
                inline(Pem.certificates(trusted)),
                List.of(),
                List.of(),
                List.of(),
                null,
                false,
                false,
                false,
                -1,
                List.of())));
  }

  private static DataSource inline(String text) {
    return new DataSource.Inline(ByteString.copyFromUtf8(text));
  }

  @Override
  public void onDenied(String reason) {
    ready.completeExceptionally(new IllegalStateException("no certificate: " + reason));
  }

  // ---- interception ----

  private void intercept() throws UsageException {
    Interception.Mode mode = options.interception().rules();
    if (mode == null) {
      return;
    }
    String flag = "--intercept " + options.interception().word;
    try {
      int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      Iptables.apply(Interception.all(mode, uid));
      Log.MAIN.info("all TCP but that of user " + uid + " goes through this proxy");
    } catch (InterceptException e) {
      throw new UsageException(flag + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UsageException(flag + " needs /proc: " + e.getMessage());
    }
  }

  private void release() {
    if (options.interception().rules() == null || proxy.handedOver().isDone()) {
      return;
    }
    try {
      Iptables.clean();
    } catch (InterceptException e) {
      Log.MAIN.error("the rules stay: " + e.getMessage() + "; outrigger intercept clean");
    }
  }

  // ---- the end by SIGTERM, SIGINT or SIGHUP ----

  /**
   * Callers first, then the application, then the proxy: the application can answer what it has
   * begun, and call others for it, to its end.
   */
  private void onSignal() {
    Application running;
    synchronized (this) {
      if (ending || proxy.closed().isDone()) {
        return; // main is exiting by itself
      }
      ending = true;
      running = application;
    }
    Log.MAIN.info("caught a signal to end");
    int code = 0;
    if (consul != null && consul.end()) {
      // callers that know us by Consul only have yet to hear of it, and are served meanwhile
      LockSupport.parkNanos(CALLERS_HEAR_NANOS);
    }
    try {
      if (running == null) {
        if (options.interception().applied && !podEnds) {
          proxy.drainAfter(options.drainMinimum()); // the application may be serving yet
        } else {
          proxy.drain();
        }
        proxy.closed().get(options.drainTime().toMillis() + 1000, TimeUnit.MILLISECONDS);
      } else {
        if (running.running()) {
          proxy.drainInbound().get(options.drainTime().toMillis(), TimeUnit.MILLISECONDS);
        }
        code = running.terminate(PATIENCE);
      }
    } catch (TimeoutException | ExecutionException e) {
      Log.MAIN.warning("requests were still in flight after " + options.drainTime().toSeconds());
      code = terminateNow(running);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    release();
    proxy.close();
    Runtime.getRuntime().halt(code); // the JVM's own code would say that a signal killed it
  }

  private static int terminateNow(@Nullable Application running) {
    try {
      return running == null ? 0 : running.terminate(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
