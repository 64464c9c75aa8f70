package io.outrigger.proxy.cluster;

import java.util.concurrent.atomic.LongAdder;

/** The numbers that {@code /clusters} prints of one host; written by every worker. */
public final class HostStats {
  public final LongAdder cxActive = new LongAdder();
  public final LongAdder cxConnectFail = new LongAdder();
  public final LongAdder cxTotal = new LongAdder();

  /** Written by the pool; read by least-request balancing. */
  public final LongAdder rqActive = new LongAdder();

  /** Responses with 5xx, and resets. */
  public final LongAdder rqError = new LongAdder();

  public final LongAdder rqSuccess = new LongAdder();
  public final LongAdder rqTimeout = new LongAdder();
  public final LongAdder rqTotal = new LongAdder();

  HostStats() {}
}
