package io.outrigger.cli.up;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One process of the file's: an instance of a service.
 *
 * @param name its key in the file
 * @param service what it is an instance of; its own name where the file says nothing
 * @param port what callers name
 * @param listens where the process listens on loopback
 * @param calls names of services that it calls: they are up before it is started
 * @param health a path that answers 200 when it is up; null: its port is connected to
 */
record UpService(
    String name,
    String service,
    @Nullable String version,
    List<String> command,
    int port,
    int listens,
    List<String> calls,
    Map<String, String> environment,
    Map<String, String> labels,
    @Nullable String health,
    Restart restart) {
  /** What becomes of it when it ends by itself. */
  enum Restart {
    ALWAYS,
    ON_FAILURE,
    NEVER;

    boolean after(int exitCode) {
      return this == ALWAYS || (this == ON_FAILURE && exitCode != 0);
    }
  }
}
