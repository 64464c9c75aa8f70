package io.outrigger.proxy;

import io.outrigger.config.bootstrap.BootstrapConfig;
import io.outrigger.config.overload.OverloadConfig;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.tls.Secret;
import io.outrigger.proxy.accesslog.AccessLogs;
import io.outrigger.proxy.admin.AdminPages;
import io.outrigger.proxy.admin.AdminServer;
import io.outrigger.proxy.ads.AdsStream;
import io.outrigger.proxy.cluster.ClusterRegistry;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.dns.SystemResolver;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.listener.ListenerStatus;
import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.loadreport.LoadReporter;
import io.outrigger.proxy.overload.Overload;
import io.outrigger.proxy.overload.OverloadState;
import io.outrigger.proxy.restart.HotRestart;
import io.outrigger.proxy.restart.RestartOptions;
import io.outrigger.proxy.runtime.RuntimeLayers;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.snapshot.WorkerSnapshot;
import io.outrigger.proxy.source.SecretFiles;
import io.outrigger.proxy.source.Sources;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.sink.StatsFlush;
import io.outrigger.proxy.userfilter.UserFilters;
import io.outrigger.proxy.worker.Concurrency;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.proxy.worker.Workers;
import io.outrigger.xds.AdsClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One data plane: everything that a bootstrap asks for, started, and stopped again.
 *
 * <p>{@link ProxyMain} runs one as a process; the sidecar agent runs one beside itself. Its methods
 * may be called on any thread but its own.
 */
public final class Proxy implements AutoCloseable {
  private final ProxyOptions options;
  private final BootstrapConfig bootstrap;
  private final Workers workers;
  private final StatStore stats;
  private final AccessLogs accessLogs;
  private final DrainState drain;
  private final UserFilters users;
  private final ClusterRegistry clusters;
  private final Listeners listeners;
  private final Configuration configuration;
  private final ServerStatus status;
  private final StatsFlush statsFlush;
  private final Shutdown shutdown;
  private final AdminPort admin;
  private @Nullable AdminPages pages;
  private final @Nullable AdsStream ads;
  private final Sources sources;
  private final @Nullable LoadReporter loadReporter;
  private final RuntimeLayers runtime;
  private final @Nullable StateKeeper state;
  private final @Nullable HotRestart restart;
  private final @Nullable Overload overload;
  private final Handover handover;
  private final Serving serving;

  private Proxy(ProxyOptions options, BootstrapConfig bootstrap) throws StartException {
    this.options = options;
    this.bootstrap = bootstrap;
    int concurrency = options.concurrency > 0 ? options.concurrency : Concurrency.detect();
    workers = new Workers(Transport.best(), concurrency);
    Worker main = workers.main();
    stats = new StatStore(concurrency);
    accessLogs = new AccessLogs(stats, workers.cells());
    drain =
        new DrainState(
            Duration.ofSeconds(options.drainTimeSeconds), options.drainStrategy, System::nanoTime);

    clusters =
        new ClusterRegistry(
            workers,
            stats,
            new SystemResolver(),
            bootstrap.node().locality(),
            bootstrap.upstreamBind(),
            bootstrap.proto().getClusterManager().getLocalClusterName(),
            path -> accessLogs.lines(path, main),
            bootstrap.proto().getClusterManager().getOutlierDetection().getEventLogPath());
    accessLogs.reach(clusters::on, bootstrap.node().proto());
    users = users(options.filtersDir, stats);
    List<WorkerSnapshot> snapshots = new ArrayList<>();
    for (Worker worker : workers.traffic()) {
      snapshots.add(new WorkerSnapshot(worker));
    }
    listeners =
        new Listeners(
            workers,
            stats,
            accessLogs,
            drain,
            new TerminalFilters(
                stats,
                accessLogs,
                clusters,
                snapshots,
                bootstrap.node().proto(),
                bootstrap.tracer(),
                users));
    overload = bootstrap.overload() == null ? null : overload(bootstrap.overload());
    configuration = new Configuration(main, stats, new ConfigCompilers(), snapshots);
    configuration.add((before, now) -> clusters.apply(now));
    if (options.rejectUnknownDynamicFields) {
      configuration.rejectUnknownFields();
    }
    configuration.gate(clusters::whenReady);
    handover = new Handover(main, listeners);
    restart = restart(options.restart.options());
    status = new ServerStatus(options, stats, configuration, listeners, drain, workers, restart);
    serving =
        new Serving(
            listeners,
            configuration,
            status,
            restart,
            bootstrap.lds() == null,
            TimeUnit.SECONDS.toMillis(options.parentShutdownTimeSeconds),
            this::own);
    configuration.add(serving);
    statsFlush =
        new StatsFlush(
            main,
            stats,
            bootstrap.stats(),
            clusters.on(main),
            bootstrap.node().proto(),
            status::refresh);
    shutdown = new Shutdown(main, stats, listeners, drain, this::close);
    ads = bootstrap.ads() == null ? null : ads(bootstrap.ads());
    sources =
        new Sources(
            main,
            stats,
            configuration,
            clusters.on(main),
            bootstrap.node().proto(),
            options.rejectUnknownDynamicFields);
    configuration.add(sources);
    loadReporter = bootstrap.loadStats() == null ? null : loadReporter(bootstrap.loadStats());
    runtime = new RuntimeLayers(bootstrap.runtime(), bootstrap.node().cluster(), stats);
    configuration.add(runtime);
    configuration.add(new SecretFiles(configuration, sources.watches()));
    state =
        options.stateDir == null
            ? null
            : StateKeeper.in(
                main,
                configuration,
                options.stateDir,
                restart == null || restart.inherited() == null);
    admin = new AdminPort(main, workers.transport(), bootstrap.admin(), this::adminPages);
    handover.of(admin, state, shutdown);
  }

  private static UserFilters users(@Nullable String directory, StatStore stats)
      throws StartException {
    UserFilters users = new UserFilters(stats);
    if (directory != null) {
      try {
        users.follow(Path.of(directory));
      } catch (IOException e) {
        throw new StartException("--filters " + directory + ": " + e.getMessage());
      }
    }
    return users;
  }

  private Overload overload(OverloadConfig config) {
    OverloadState shed = new OverloadState(config, stats);
    listeners.overload(shed);
    return new Overload(config, workers.main(), stats, shed, listeners::pause);
  }

  private @Nullable HotRestart restart(@Nullable RestartOptions asked) throws StartException {
    if (asked == null) {
      return null;
    }
    try {
      HotRestart begun = HotRestart.begin(asked, workers, stats, handover);
      listeners.inherit(begun.inherited());
      return begun;
    } catch (IOException e) {
      workers.close();
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }

  /** Loads the bootstrap that the options name, and starts what it asks for. */
  public static Proxy start(ProxyOptions options) throws StartException {
    Proxy proxy = new Proxy(options, BootstrapLoader.load(options));
    try {
      proxy.begin();
    } catch (StartException e) {
      proxy.close();
      throw e;
    }
    return proxy;
  }

  private AdsStream ads(ConfigSource.Grpc source) throws StartException {
    if (source.services().isEmpty()) {
      throw new StartException("dynamic_resources.ads_config: needs a grpc_service");
    }
    GrpcService service = source.services().getFirst();
    AdsClient client =
        source.delta()
            ? AdsClient.delta(bootstrap.node().proto())
            : AdsClient.sotw(bootstrap.node().proto());
    AdsStream stream =
        new AdsStream(
            workers.main(), stats, client, configuration, clusters.on(workers.main()), service);
    configuration.add(stream);
    return stream;
  }

  private LoadReporter loadReporter(ConfigSource.Grpc source) {
    return new LoadReporter(
        workers.main(), clusters, stats, source.services().getFirst(), bootstrap.node().proto());
  }

  // ---- start ----

  private void begin() throws StartException {
    admin.bind(listeners.inherited(), options.adminAddressPath);
    onMain(
        () -> {
          new Beginning(bootstrap, configuration, sources, runtime, ads, state).begin();
          if (loadReporter != null) {
            loadReporter.start();
          }
          return true;
        });
    startTimers();
    if (bootstrap.cds() == null && bootstrap.lds() == null) {
      awaitStatic();
    }
  }

  /** With static configuration alone, a listener that can't be had is an error of the start. */
  private void awaitStatic() throws StartException {
    serving.await(5, TimeUnit.SECONDS);
    List<String> errors = onMain(serving::bindErrors);
    if (!errors.isEmpty()) {
      throw new StartException(errors);
    }
  }

  private void startTimers() {
    if (overload != null) {
      overload.start();
    }
    Worker main = workers.main();
    statsFlush.start();
    long file = options.fileFlushIntervalMillis;
    main.loop().scheduleWithFixedDelay(this::flushLogs, file, file, TimeUnit.MILLISECONDS);
  }

  private void flushLogs() {
    accessLogs.flush(workers.main());
    for (Worker worker : workers.traffic()) {
      worker.loop().execute(() -> accessLogs.flush(worker));
    }
  }

  /** The process that was there before has let go of what this one serves from now on. */
  private void own(Snapshot now) {
    admin.accept();
    if (state != null) {
      state.own(now);
    }
  }

  private <T> T onMain(Callable<T> action) throws StartException {
    try {
      return workers.main().loop().submit(action).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StartException start) {
        throw start;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting");
    }
  }

  // ---- for the agent that runs it ----

  /** Puts a secret in, or another in its place: the workload's certificate, the trust bundle. */
  public void putSecret(Secret secret) {
    workers.main().loop().execute(() -> configuration.putSecret(secret));
  }

  /** Done when all that start-up waits for is in force. */
  public CompletableFuture<Void> initialized() {
    return serving.initialized();
  }

  Workers workers() {
    return workers;
  }

  /** The configuration loop, for the agent's own calls and timers. */
  public Worker main() {
    return workers.main();
  }

  /**
   * Takes no new callers and asks those that are there to go, while what goes out is served as
   * before. Done when no inbound request is in flight.
   */
  public CompletableFuture<Void> drainInbound() {
    CompletableFuture<Void> quiet = new CompletableFuture<>();
    Runnable begin =
        () ->
            InboundDrain.begin(workers.main(), stats, listeners)
                .thenRun(() -> quiet.complete(null));
    workers.main().loop().execute(begin);
    return quiet;
  }

  /**
   * Has the proxy go on as it is for {@code minimum}, with callers asked to go, and then until
   * nothing is in flight; and end as by {@link #drain}. All within the drain time.
   */
  public void drainAfter(Duration minimum) {
    workers.main().loop().execute(() -> shutdown.beginAfter(minimum));
  }

  /** Asks inbound callers to go, each with its next answer, and goes on taking them. */
  public void askInboundToGo() {
    workers.main().loop().execute(() -> listeners.startDrain(true));
  }

  /** The clusters, as the agent's own calls see them. */
  public Clusters clusters() {
    return clusters.on(workers.main());
  }

  /**
   * The pages of the admin server, for an agent to show some of them elsewhere. First asked for
   * while the proxy is made, if it has an admin server.
   */
  public AdminPages adminPages() {
    if (pages == null) {
      AdminControl control =
          new AdminControl(status, shutdown, drain, listeners, accessLogs, workers.main());
      pages =
          new ProxyPages(bootstrap, stats, statsFlush, configuration, clusters, status)
              .with(listeners, users, runtime, control);
    }
    return pages;
  }

  /** A server of the agent's own, on the configuration loop. */
  public AdminServer serve(InetSocketAddress address, AdminPages pages) throws IOException {
    AdminServer server =
        new AdminServer(workers.main(), workers.transport(), pages, Clock.systemUTC());
    server.bind(address, List.of());
    return server;
  }

  public StatStore stats() {
    return stats;
  }

  /** Where the admin server listens, or null if there is none. */
  public @Nullable InetSocketAddress adminAddress() {
    return admin.address();
  }

  /** The listeners as they are, with the ports that the kernel chose. */
  public List<ListenerStatus> listeners() throws StartException {
    return onMain(listeners::status);
  }

  /** Opens the access logs' files anew. */
  public void reopenLogs() {
    accessLogs.reopen();
  }

  /**
   * Ends politely: takes no new connection, asks clients to go, and closes when no request is in
   * flight, or the drain time is over. A second call closes at once.
   */
  public void drain() {
    workers.main().loop().execute(shutdown::begin);
  }

  /** Done when another process has taken over, and this one only drains. */
  public CompletableFuture<Void> handedOver() {
    return handover.done();
  }

  /** Done when the proxy has closed. */
  public CompletableFuture<Void> closed() {
    return shutdown.closed();
  }

  /** Closes at once. Not on one of the proxy's own threads. */
  @Override
  public void close() {
    if (!shutdown.claim()) {
      return;
    }
    if (restart != null) {
      workers.main().loop().execute(restart::close);
    }
    admin.close();
    if (ads != null) {
      workers.main().loop().execute(ads::close);
    }
    workers.main().loop().execute(sources::close);
    workers.main().loop().execute(clusters::close);
    flushLogs();
    workers.close();
    users.close();
    accessLogs.close();
    if (state != null) {
      state.close();
    }
    shutdown.closed().complete(null);
  }
}
