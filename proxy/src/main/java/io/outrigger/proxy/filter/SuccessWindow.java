package io.outrigger.proxy.filter;

/** Requests and successes of a sliding window, a slot a second. Owned by its worker. */
final class SuccessWindow {
  private static final long SECOND = 1_000_000_000L;

  private final long windowNanos;
  private final long[] began;
  private final int[] slotRequests;
  private final int[] slotSuccesses;
  private int oldest;
  private int size;
  private long requests;
  private long successes;
  private long now;

  SuccessWindow(long windowNanos) {
    this.windowNanos = windowNanos;
    int slots = Math.clamp(windowNanos / SECOND + 1, 1, 86_400);
    began = new long[slots];
    slotRequests = new int[slots];
    slotSuccesses = new int[slots];
  }

  /** Forgets what is too old, and begins a slot if the newest is a second old. */
  void advance(long nanos) {
    now = nanos;
    while (size > 0 && (nanos - began[oldest] >= windowNanos || isFullAndDue(nanos))) {
      requests -= slotRequests[oldest];
      successes -= slotSuccesses[oldest];
      oldest = (oldest + 1) % began.length;
      size--;
    }
    if (size == 0 || nanos - began[newest()] >= SECOND) {
      size++;
      began[newest()] = nanos;
      slotRequests[newest()] = 0;
      slotSuccesses[newest()] = 0;
    }
  }

  private boolean isFullAndDue(long nanos) {
    return size == began.length && nanos - began[newest()] >= SECOND;
  }

  private int newest() {
    return (oldest + size - 1) % began.length;
  }

  void record(boolean success) {
    slotRequests[newest()]++;
    requests++;
    if (success) {
      slotSuccesses[newest()]++;
      successes++;
    }
  }

  long requests() {
    return requests;
  }

  long successes() {
    return successes;
  }

  /** Requests a second since the oldest slot began, which is a second ago at least. */
  long averageRps() {
    return requests == 0 ? 0 : requests / Math.max(1, (now - began[oldest]) / SECOND);
  }
}
