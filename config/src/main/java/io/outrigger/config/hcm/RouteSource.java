package io.outrigger.config.hcm;

import io.outrigger.config.route.RouteTable;
import io.outrigger.config.source.ConfigSource;

/** Where a connection manager's route table comes from. */
public sealed interface RouteSource {
  /** It is configured in the listener. */
  record Inline(RouteTable table) implements RouteSource {}

  /** RDS delivers it. */
  record Rds(String name, ConfigSource source) implements RouteSource {}
}
