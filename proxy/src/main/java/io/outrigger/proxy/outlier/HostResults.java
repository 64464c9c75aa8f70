package io.outrigger.proxy.outlier;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One host's results as outlier detection sees them, and its ejections. */
public final class HostResults {
  /** Counted by workers; set back to zero by a success or an ejection. */
  final AtomicInteger consecutive5xx = new AtomicInteger();

  final AtomicInteger consecutiveGatewayFailure = new AtomicInteger();
  final AtomicInteger consecutiveLocalOriginFailure = new AtomicInteger();

  /** Requests and successes since the interval began; of the host's own making where split. */
  final LongAdder requests = new LongAdder();

  final LongAdder successes = new LongAdder();

  /** The same of connections to it; null unless split. */
  private volatile @Nullable LongAdder localRequests;

  private volatile @Nullable LongAdder localSuccesses;

  // ---- the configuration loop's ----

  boolean ejected;
  int timesEjected;
  int totalEjections;
  long ejectedAtMillis;
  long lastActionMillis = -1;
  long ejectedForMillis;

  /** Success rate of the last interval in percent, or -1 where there were too few requests. */
  volatile double successRate = -1;

  /** As the other, of connections to the host; -1 unless failures are split by origin. */
  volatile double localOriginSuccessRate = -1;

  public double successRate() {
    return successRate;
  }

  public double localOriginSuccessRate() {
    return localOriginSuccessRate;
  }

  /** Counts a connection that was had or not. */
  void countLocal(boolean success) {
    LongAdder requested = localRequests;
    LongAdder succeeded = localSuccesses;
    if (requested == null || succeeded == null) {
      synchronized (this) {
        requested = localRequests == null ? new LongAdder() : localRequests;
        succeeded = localSuccesses == null ? new LongAdder() : localSuccesses;
        localRequests = requested;
        localSuccesses = succeeded;
      }
    }
    requested.increment();
    if (success) {
      succeeded.increment();
    }
  }

  long takeLocalRequests() {
    LongAdder now = localRequests;
    return now == null ? 0 : now.sumThenReset();
  }

  long takeLocalSuccesses() {
    LongAdder now = localSuccesses;
    return now == null ? 0 : now.sumThenReset();
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
