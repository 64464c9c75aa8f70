package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import org.jspecify.annotations.Nullable;

/** Chooses among the hosts of one list: of one priority and health, perhaps of one locality. */
interface HostPicker {
  /**
   * The host for this request, or null if the list is empty.
   *
   * @param hash the request's, or a random number where it has none
   * @param attempt 0, or how often a choice was rejected before
   */
  @Nullable Host pick(long hash, int attempt);
}
