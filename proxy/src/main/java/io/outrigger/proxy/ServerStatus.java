package io.outrigger.proxy;

import io.outrigger.proxy.admin.CertificatesPage;
import io.outrigger.proxy.admin.ResidentMemory;
import io.outrigger.proxy.admin.ServerState;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.drain.DrainStrategy;
import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.restart.HotRestart;
import io.outrigger.proxy.restart.RestartOptions;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Workers;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the process is doing: its state, its age, and the {@code server.*} statistics. */
final class ServerStatus {
  /** What Envoy shows where no certificate is known. */
  private static final long NO_CERTIFICATE = 4_294_967_295L;

  private final ProxyOptions options;
  private final StatStore stats;
  private final Configuration configuration;
  private final Listeners listeners;
  private final DrainState drain;
  private final Workers workers;
  private final long startedMillis = System.currentTimeMillis();
  private final @Nullable HotRestart restart;
  private volatile boolean live;
  private long certificatesOf;
  private long daysUntilExpiry = NO_CERTIFICATE;

  ServerStatus(
      ProxyOptions options,
      StatStore stats,
      Configuration configuration,
      Listeners listeners,
      DrainState drain,
      Workers workers,
      @Nullable HotRestart restart) {
    this.restart = restart;
    this.options = options;
    this.stats = stats;
    this.configuration = configuration;
    this.listeners = listeners;
    this.drain = drain;
    this.workers = workers;
    stats.gauge("server.concurrency").set(0, workers.concurrency());
    stats.gauge("server.live").set(0, 0);
    if (restart == null) {
      stats.gauge("server.hot_restart_epoch").set(0, 0);
    }
    stats.gauge("server.version").set(0, Version.NUMBER.hashCode() & 0xffffffL);
    stats.counter("server.static_unknown_fields");
    stats.counter("server.dynamic_unknown_fields");
  }

  long startedMillis() {
    return startedMillis;
  }

  /** Start-up is over. */
  void live() {
    live = true;
    stats.gauge("server.live").set(0, 1);
    stats
        .histogram("server.initialization_time_ms")
        .record(0, System.currentTimeMillis() - startedMillis);
  }

  ServerState state() {
    if (!live) {
      return configuration.current().version() == 0
          ? ServerState.PRE_INITIALIZING
          : ServerState.INITIALIZING;
    }
    return drain.isHealthCheckFailed() ? ServerState.DRAINING : ServerState.LIVE;
  }

  long uptimeSeconds() {
    return (System.currentTimeMillis() - startedMillis) / 1000;
  }

  /** Since the first process of a line of hot restarts began. */
  long uptimeOfAllSeconds() {
    return restart == null
        ? uptimeSeconds()
        : (System.currentTimeMillis() - restart.startedMillis()) / 1000;
  }

  String hotRestartVersion() {
    return restart == null ? "disabled" : HotRestart.VERSION;
  }

  String version() {
    return "outrigger-" + Version.NUMBER + "/" + Version.ENVOY + "/Clean/RELEASE/BoringSSL";
  }

  /** Brings the gauges up to date that are computed when they are looked at. */
  void refresh() {
    Runtime runtime = Runtime.getRuntime();
    stats.gauge("server.uptime").set(0, uptimeSeconds());
    stats.gauge("server.state").set(0, state().number());
    stats
        .gauge("server.total_connections")
        .set(
            0,
            listeners.connections()
                + (restart == null ? 0 : stats.gauge("server.parent_connections").value()));
    stats.gauge("server.worker_pause_us").set(0, workers.pauseMicros());
    stats.gauge("server.memory_allocated").set(0, runtime.totalMemory() - runtime.freeMemory());
    stats.gauge("server.memory_heap_size").set(0, runtime.totalMemory());
    stats.gauge("server.memory_physical_size").set(0, ResidentMemory.bytes());
    Snapshot now = configuration.current();
    if (now.version() != certificatesOf) {
      certificatesOf = now.version();
      Long days = CertificatesPage.daysUntilFirstExpiry(now, Instant.now());
      daysUntilExpiry = days == null ? NO_CERTIFICATE : days;
    }
    stats.gauge("server.days_until_first_cert_expiring").set(0, daysUntilExpiry);
  }

  Map<String, Object> options() {
    Map<String, Object> shown = new LinkedHashMap<>();
    RestartOptions restarting = options.restart.options();
    shown.put("base_id", restarting == null ? "0" : Long.toString(restarting.baseId()));
    shown.put("concurrency", workers.concurrency());
    shown.put("config_path", options.configPath == null ? "" : options.configPath);
    shown.put("config_yaml", options.configYaml == null ? "" : options.configYaml);
    shown.put("allow_unknown_static_fields", options.allowUnknownStaticFields);
    shown.put("reject_unknown_dynamic_fields", options.rejectUnknownDynamicFields);
    shown.put(
        "admin_address_path", options.adminAddressPath == null ? "" : options.adminAddressPath);
    shown.put("local_address_ip_version", "v4");
    shown.put("log_level", options.logLevel.text());
    shown.put("component_log_level", options.componentLogLevel);
    shown.put("log_format", options.logFormat == null ? "" : options.logFormat);
    shown.put("log_path", options.logPath == null ? "" : options.logPath);
    shown.put("service_cluster", options.serviceCluster);
    shown.put("service_node", options.serviceNode);
    shown.put("service_zone", options.serviceZone);
    shown.put("file_flush_interval", seconds(options.fileFlushIntervalMillis));
    shown.put("drain_time", options.drainTimeSeconds + "s");
    shown.put(
        "drain_strategy", options.drainStrategy == DrainStrategy.GRADUAL ? "Gradual" : "Immediate");
    shown.put("parent_shutdown_time", options.parentShutdownTimeSeconds + "s");
    shown.put("mode", options.mode == ProxyOptions.Mode.SERVE ? "Serve" : "Validate");
    shown.put("disable_hot_restart", restart == null);
    shown.put("restart_epoch", restart == null ? 0 : restart.epoch());
    shown.put("state_dir", options.stateDir == null ? "" : options.stateDir);
    return shown;
  }

  private static String seconds(long millis) {
    return millis % 1000 == 0
        ? millis / 1000 + "s"
        : String.format("%d.%03ds", millis / 1000, millis % 1000);
  }
}
