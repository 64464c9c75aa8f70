package io.outrigger.proxy.overload;

/** What is to be shed now. Written on the configuration loop, read on every worker. */
public final class OverloadState {
  private static final int ALL = 1 << 20;

  private final long maxConnections;
  private volatile int requests;
  private volatile int keepAlive;
  private volatile int connections;

  /** {@code maxConnections}: of all listeners together; 0 for no limit. */
  public OverloadState(long maxConnections) {
    this.maxConnections = maxConnections;
  }

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

  private static boolean chosen(int share, long random) {
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

  private static int parts(double share) {
    return (int) (share * ALL);
  }
}
