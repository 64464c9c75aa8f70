package io.outrigger.proxy.http;

import io.outrigger.config.hcm.RouteSource;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.snapshot.SnapshotReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The scopes of a connection manager that SRDS serves, as they are now. Owned by the worker. */
final class ScopedTables {
  private final RouteSource.ScopedRds source;
  private final SnapshotReader snapshots;
  private @Nullable Snapshot seen;
  private Map<String, ScopedRoute> scopes = Map.of();

  ScopedTables(RouteSource.ScopedRds source, SnapshotReader snapshots) {
    this.source = source;
    this.snapshots = snapshots;
  }

  /** The request's scope; null: it has none. */
  @SuppressWarnings("ReferenceEquality") // snapshots share what didn't change
  @Nullable ScopedRoute scope(Headers headers) {
    Snapshot now = snapshots.current();
    if (now != seen) {
      seen = now;
      scopes = now.scopes(source.source().origin()).active();
    }
    String key = source.key().of(headers);
    return key == null ? null : scopes.get(key);
  }
}
