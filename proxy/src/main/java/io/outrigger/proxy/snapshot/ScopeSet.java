package io.outrigger.proxy.snapshot;

import io.outrigger.config.hcm.ScopedRoute;
import java.util.Map;

/**
 * The scopes that one SRDS subscription delivered, by key.
 *
 * @param active those that serve
 * @param dormant those that nobody has asked for yet, though they are on demand
 */
public record ScopeSet(Map<String, ScopedRoute> active, Map<String, ScopedRoute> dormant) {
  /** No scopes. */
  static ScopeSet none() {
    return new ScopeSet(Map.of(), Map.of());
  }
}
