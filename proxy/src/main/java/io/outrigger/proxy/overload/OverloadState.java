package io.outrigger.proxy.overload;

import io.outrigger.config.overload.LoadShedPoint;
import io.outrigger.config.overload.OverloadConfig;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** What is to be shed now. Written on the configuration loop, read on every worker. */
public final class OverloadState {
  private static final int ALL = 1 << 20;

  private final long maxConnections;
  private final @Nullable ShedPoint[] points;
  private volatile int requests;
  private volatile int keepAlive;
  private volatile int connections;

  public OverloadState(OverloadConfig config, StatStore stats) {
    this.maxConnections = config.maxConnections();
    this.points = new @Nullable ShedPoint[LoadShedPoint.Kind.values().length];
    for (LoadShedPoint point : config.points()) {
      points[point.kind().ordinal()] = new ShedPoint(point, stats);
    }
  }

  /** Of all listeners together; 0 for no limit. */
  public long maxConnections() {
    return maxConnections;
  }

  /** Whether this request is to be refused; {@code random} is any uniform number. */
  public boolean refusesRequest(long random) {
    return chosen(requests, random);
  }

  /** Whether this answer is to be its connection's last. */
  public boolean endsKeepAlive(long random) {
    return chosen(keepAlive, random);
  }

  /** Whether this connection is to be closed as soon as it was accepted. */
  public boolean rejectsConnection(long random) {
    return chosen(connections, random);
  }

  /** Whether this place may have to shed load at some time. */
  public boolean has(LoadShedPoint.Kind kind) {
    return points[kind.ordinal()] != null;
  }

  /** Whether what comes by this place is to be shed; counts it. */
  public boolean sheds(LoadShedPoint.Kind kind, Worker worker) {
    ShedPoint point = points[kind.ordinal()];
    return point != null && point.sheds(worker);
  }

  @Nullable ShedPoint[] points() {
    return points;
  }

  static boolean chosen(int share, long random) {
    return share != 0 && (share >= ALL || (random & (ALL - 1)) < share);
  }

  void requests(double share) {
    requests = parts(share);
  }

  void keepAlive(double share) {
    keepAlive = parts(share);
  }

  void connections(double share) {
    connections = parts(share);
  }

  static int parts(double share) {
    return (int) (share * ALL);
  }
}
