package io.outrigger.control.istio;

import org.jspecify.annotations.Nullable;

/** Where a route leads: a host as written, perhaps one of its subsets, perhaps one of its ports. */
public record Destination(String host, @Nullable String subset, @Nullable Integer port) {
  /** What isn't there, or must not be called from there. */
  public static final Destination NOWHERE = new Destination("", null, null);
}
