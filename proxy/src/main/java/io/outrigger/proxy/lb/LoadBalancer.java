package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import org.jspecify.annotations.Nullable;

/** Chooses hosts of one host set. Owned by its worker. */
public interface LoadBalancer {
  /** The host for this request, or null: none may take it. */
  @Nullable Host pick(LbContext context);

  /** As {@link #pick(LbContext)}, of this priority: its healthy hosts, or its degraded ones. */
  default @Nullable Host pick(LbContext context, int priority, boolean degraded) {
    return pick(context);
  }
}
