package io.outrigger.config.tracing;

import java.util.List;

/** What a route says of tracing; its sampling replaces the connection manager's. */
public record RouteTracing(Sampling sampling, List<CustomTag> customTags) {
  public RouteTracing {
    customTags = List.copyOf(customTags);
  }
}
