package io.outrigger.proxy.outlier;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One host's results as outlier detection sees them, and its ejections. */
public final class HostResults {
  /** Counted by workers; set back to zero by a success or an ejection. */
  final AtomicInteger consecutive5xx = new AtomicInteger();

  final AtomicInteger consecutiveGatewayFailure = new AtomicInteger();
  final AtomicInteger consecutiveLocalOriginFailure = new AtomicInteger();

  /** Requests and successes since the interval began, whoever caused a failure. */
  final LongAdder requests = new LongAdder();

  final LongAdder successes = new LongAdder();

  // ---- the configuration loop's ----

  boolean ejected;
  int timesEjected;
  long ejectedAtMillis;
  long ejectedForMillis;

  /** Success rate of the last interval in percent, or -1 where there were too few requests. */
  volatile double successRate = -1;

  public double successRate() {
    return successRate;
  }

  void clearConsecutive() {
    // a common success finds zeros, and must not write to a line that all workers read
    if (consecutive5xx.get() != 0) {
      consecutive5xx.set(0);
    }
    if (consecutiveGatewayFailure.get() != 0) {
      consecutiveGatewayFailure.set(0);
    }
  }
}
