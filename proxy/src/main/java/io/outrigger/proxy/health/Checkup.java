package io.outrigger.proxy.health;

/** How one host is asked, over a connection that it may keep. */
interface Checkup {
  /** Asks once; the verdict comes later, or before this returns. */
  void start();

  /** There was no answer in time: none may come any more. */
  void timedOut();

  /** Nothing is asked any more. */
  void close();

  /** Who hears the verdict; exactly one a check, unless it timed out. */
  interface Verdict {
    void healthy(boolean degraded);

    /**
     * The check failed.
     *
     * @param retriable whether it counts towards the threshold instead of being enough
     * @param status of the HTTP answer, or 0
     */
    void unhealthy(FailureType type, boolean retriable, int status);
  }
}
