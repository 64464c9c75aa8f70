package io.outrigger.proxy.dns;

import io.outrigger.config.cluster.Discovery.DnsOptions;
import java.util.concurrent.ThreadLocalRandom;

/** dns_failure_refresh_rate: doubles from base to maximum, at random below that. */
public record FailureBackOff(DnsOptions options) {
  /** How long to wait after so many failures in a row, which are one or more. */
  public long millis(int failures) {
    long base = options.failureRefreshBaseMillis();
    if (base <= 0) {
      return options.refreshRateMillis();
    }
    long most =
        Math.min(options.failureRefreshMaxMillis(), base << Math.clamp(failures - 1, 0, 20));
    return Math.max(1, ThreadLocalRandom.current().nextLong(most));
  }
}
