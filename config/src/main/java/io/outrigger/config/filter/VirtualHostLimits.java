package io.outrigger.config.filter;

/** Whether a virtual host's rate_limits hold beside its route's. */
public enum VirtualHostLimits {
  /** Only where the route has none. */
  OVERRIDE,
  INCLUDE,
  IGNORE
}
