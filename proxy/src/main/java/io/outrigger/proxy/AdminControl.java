package io.outrigger.proxy;

import io.outrigger.proxy.accesslog.AccessLogs;
import io.outrigger.proxy.admin.ServerControl;
import io.outrigger.proxy.admin.ServerState;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.worker.Worker;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the admin pages have the process do. On the configuration loop. */
final class AdminControl implements ServerControl {
  private final ServerStatus status;
  private final Shutdown shutdown;
  private final DrainState drain;
  private final Listeners listeners;
  private final AccessLogs accessLogs;
  private final Worker main;

  AdminControl(
      ServerStatus status,
      Shutdown shutdown,
      DrainState drain,
      Listeners listeners,
      AccessLogs accessLogs,
      Worker main) {
    this.status = status;
    this.shutdown = shutdown;
    this.drain = drain;
    this.listeners = listeners;
    this.accessLogs = accessLogs;
    this.main = main;
  }

  @Override
  public ServerState state() {
    return shutdown.isBegun() ? ServerState.DRAINING : status.state();
  }

  @Override
  public Map<String, Object> options() {
    return status.options();
  }

  @Override
  public long uptimeSeconds() {
    return status.uptimeSeconds();
  }

  @Override
  public long uptimeOfAllSeconds() {
    return status.uptimeOfAllSeconds();
  }

  @Override
  public String hotRestartVersion() {
    return status.hotRestartVersion();
  }

  @Override
  public String version() {
    return status.version();
  }

  @Override
  public void failHealthCheck(boolean fail) {
    drain.healthCheckFailed(fail);
  }

  @Override
  public void drainListeners(boolean graceful, boolean inboundOnly, boolean skipExit) {
    if (graceful || skipExit) {
      listeners.startDrain(inboundOnly);
    }
    if (skipExit) {
      return;
    }
    long wait = graceful ? drain.drainTime().toMillis() : 0;
    main.loop().schedule(() -> listeners.stopListening(inboundOnly), wait, TimeUnit.MILLISECONDS);
  }

  @Override
  public void reopenLogs() {
    accessLogs.reopen();
  }

  @Override
  public void quit() {
    // after the answer to this request has gone out
    main.loop().schedule(shutdown::now, 10, TimeUnit.MILLISECONDS);
  }
}
