package io.outrigger.proxy.http;

import io.outrigger.config.hcm.RouteSource;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.snapshot.Reference;
import io.outrigger.proxy.snapshot.ScopeSet;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.snapshot.SnapshotReader;
import io.outrigger.xds.ResourceType;
import org.jspecify.annotations.Nullable;

/** The scopes of a connection manager that SRDS serves, as they are now. Owned by the worker. */
final class ScopedTables {
  private final RouteSource.ScopedRds source;
  private final SnapshotReader snapshots;
  private @Nullable Snapshot seen;
  private @Nullable ScopeSet scopes;

  ScopedTables(RouteSource.ScopedRds source, SnapshotReader snapshots) {
    this.source = source;
    this.snapshots = snapshots;
  }

  /** The request's scope; null: it has none. */
  @Nullable ScopedRoute scope(Headers headers) {
    String key = source.key().of(headers);
    return key == null ? null : scopes().active().get(key);
  }

  /** The request's scope, if nobody has asked for its table yet, or it is on its way. */
  Reference.@Nullable Key onDemand(Headers headers) {
    String key = source.key().of(headers);
    ScopedRoute scope = key == null ? null : scopes().dormant().get(key);
    if (scope == null && key != null) {
      ScopedRoute asked = scopes().active().get(key);
      boolean coming =
          asked != null
              && asked.onDemand()
              && asked.table() == null
              && snapshots.current().routeTable(asked.tableName()) == null;
      scope = coming ? asked : null;
    }
    return scope == null
        ? null
        : new Reference.Key(ResourceType.SRDS, scope.name(), source.source().origin());
  }

  @SuppressWarnings("ReferenceEquality") // snapshots share what didn't change
  private ScopeSet scopes() {
    Snapshot now = snapshots.current();
    ScopeSet known = scopes;
    if (known == null || now != seen) {
      seen = now;
      known = now.scopes(source.source().origin());
      scopes = known;
    }
    return known;
  }
}
