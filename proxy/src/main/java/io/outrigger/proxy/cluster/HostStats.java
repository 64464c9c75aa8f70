package io.outrigger.proxy.cluster;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The numbers that {@code /clusters} prints of one host.
 *
 * <p>Each worker writes to cells of its own ({@code worker.index()}), plainly; a read sums the
 * workers' cells.
 */
public final class HostStats {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  /** Longs a worker: two cache lines, so that two workers never write to the same. */
  private static final int STRIDE = 16;

  private static final int CX_ACTIVE = 0;
  private static final int CX_CONNECT_FAIL = 1;
  private static final int CX_TOTAL = 2;
  private static final int RQ_ACTIVE = 3;
  private static final int RQ_ERROR = 4;
  private static final int RQ_SUCCESS = 5;
  private static final int RQ_TIMEOUT = 6;
  private static final int RQ_TOTAL = 7;
  private static final int RQ_PENDING_ACTIVE = 8;

  private final long[] cells;

  HostStats(int cells) {
    this.cells = new long[cells * STRIDE];
  }

  private void add(int cell, int what, long amount) {
    int at = cell * STRIDE + what;
    CELL.setOpaque(cells, at, cells[at] + amount);
  }

  private long sum(int what) {
    long sum = 0;
    for (int at = what; at < cells.length; at += STRIDE) {
      sum += (long) CELL.getOpaque(cells, at);
    }
    return sum;
  }

  // ---- written by the pools ----

  public void connectionStarted(int cell) {
    add(cell, CX_TOTAL, 1);
    add(cell, CX_ACTIVE, 1);
  }

  /** Another address of the same host is tried. */
  public void connectionTried(int cell) {
    add(cell, CX_TOTAL, 1);
  }

  public void connectionEnded(int cell) {
    add(cell, CX_ACTIVE, -1);
  }

  public void connectFailed(int cell) {
    add(cell, CX_CONNECT_FAIL, 1);
  }

  public void requestStarted(int cell) {
    add(cell, RQ_TOTAL, 1);
    add(cell, RQ_ACTIVE, 1);
  }

  public void requestsEnded(int cell, int count) {
    add(cell, RQ_ACTIVE, -count);
  }

  public void pending(int cell, int change) {
    add(cell, RQ_PENDING_ACTIVE, change);
  }

  // ---- written as answers come: see WorkerCluster.onResponse and its like ----

  void requestFailed(int cell) {
    add(cell, RQ_ERROR, 1);
  }

  void requestSucceeded(int cell) {
    add(cell, RQ_SUCCESS, 1);
  }

  void requestTimedOut(int cell) {
    add(cell, RQ_TIMEOUT, 1);
  }

  // ---- read ----

  public long cxActive() {
    return sum(CX_ACTIVE);
  }

  public long cxConnectFail() {
    return sum(CX_CONNECT_FAIL);
  }

  public long cxTotal() {
    return sum(CX_TOTAL);
  }

  public long rqActive() {
    return sum(RQ_ACTIVE);
  }

  /** Responses with 5xx, resets, and failures to connect. */
  public long rqError() {
    return sum(RQ_ERROR);
  }

  public long rqSuccess() {
    return sum(RQ_SUCCESS);
  }

  public long rqTimeout() {
    return sum(RQ_TIMEOUT);
  }

  public long rqTotal() {
    return sum(RQ_TOTAL);
  }

  public long rqPendingActive() {
    return sum(RQ_PENDING_ACTIVE);
  }
}
