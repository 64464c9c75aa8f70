package io.outrigger.config.hcm;

import io.outrigger.config.route.RouteTable;
import io.outrigger.config.source.ConfigSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a connection manager's route table comes from. */
public sealed interface RouteSource {
  /** It is configured in the listener. */
  record Inline(RouteTable table) implements RouteSource {}

  /** RDS delivers it. */
  record Rds(String name, ConfigSource source) implements RouteSource {}

  /**
   * The request chooses among several, by a key that is made of its headers.
   *
   * @param scopes an Inline or Rds by its key, as {@link ScopeKey#of} makes it
   */
  record Scoped(ScopeKey key, Map<String, RouteSource> scopes) implements RouteSource {
    public Scoped {
      scopes = Map.copyOf(scopes);
    }

    @Override
    public List<RouteSource> parts() {
      return List.copyOf(scopes.values());
    }
  }

  /**
   * As Scoped, but SRDS delivers the scopes.
   *
   * @param rds where their route tables come from; null: each has its own in it
   */
  record ScopedRds(String name, ScopeKey key, ConfigSource source, @Nullable ConfigSource rds)
      implements RouteSource {
    @Override
    public List<RouteSource> parts() {
      return List.of();
    }
  }

  /**
   * The sources of all route tables that may serve, as far as the listener knows: each an Inline or
   * Rds.
   */
  default List<RouteSource> parts() {
    return List.of(this);
  }
}
