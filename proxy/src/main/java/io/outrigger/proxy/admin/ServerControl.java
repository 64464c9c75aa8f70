package io.outrigger.proxy.admin;

import java.util.Map;

/**
 * What the admin pages may ask of the process, and have it do. Called on the configuration loop.
 */
public interface ServerControl {
  ServerState state();

  /** Command line options by the names that {@code /server_info} gives them. */
  Map<String, Object> options();

  long uptimeSeconds();

  long uptimeOfAllSeconds();

  /** As {@code /hot_restart_version} prints it. */
  String hotRestartVersion();

  /** As {@code /server_info} prints it. */
  String version();

  void failHealthCheck(boolean fail);

  /**
   * {@code POST /drain_listeners}.
   *
   * @param graceful ask clients to go first, and stop listening after the drain time
   * @param skipExit ask clients to go, but go on listening
   */
  void drainListeners(boolean graceful, boolean inboundOnly, boolean skipExit);

  void reopenLogs();

  /** Begins to shut down. */
  void quit();
}
