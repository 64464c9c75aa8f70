package io.outrigger.proxy.tcp;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.istio.Peer;
import io.outrigger.proxy.istio.SeriesTable;
import io.outrigger.proxy.timeout.Timeout;
import org.jspecify.annotations.Nullable;

/** istio.stats of a TCP session: counts its bytes from time to time, and at its end. */
final class TcpMeter implements SeriesTable.Subject {
  private final TcpSession session;
  private final SeriesTable table;
  private final TcpLogEntry entry;
  private @Nullable Timeout timeout;
  private boolean opened;
  private long flags;
  private long received;
  private long sent;

  TcpMeter(TcpSession session, SeriesTable table, TcpLogEntry entry) {
    this.session = session;
    this.table = table;
    this.entry = entry;
  }

  void connected() {
    if (table.reportMillis() > 0) {
      timeout = session.armed(this::report, table.reportMillis());
    }
  }

  private void report() {
    count(0);
    Timeout again = timeout;
    if (again != null) {
      again.arm(table.reportMillis() * 1_000_000);
    }
  }

  void ended() {
    if (timeout != null) {
      timeout.cancel();
    }
    count(1);
  }

  private void count(int closed) {
    long receivedNow = entry.bytesReceived();
    long sentNow = entry.bytesSent();
    if (!opened) {
      flags = entry.responseFlags();
    }
    table.connection(this, flags, opened ? 0 : 1, closed, receivedNow - received, sentNow - sent);
    opened = true;
    received = receivedNow;
    sent = sentNow;
  }

  @Override
  public LogEntry entry() {
    return entry;
  }

  @Override
  public @Nullable ClusterConfig cluster() {
    WorkerCluster reached = session.cluster();
    return reached == null ? null : reached.config();
  }

  @Override
  public @Nullable Host host() {
    return session.host();
  }

  @Override
  public @Nullable Peer caller() {
    return session.connection().clientWorkload();
  }

  @Override
  public @Nullable Peer called() {
    return session.called();
  }
}
