package io.outrigger.proxy.tcpstats;

import io.netty.channel.Channel;
import io.outrigger.config.tcp.TcpStatsConfig;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;

/** The statistics of a cluster's or listener's connections, in Envoy's names. For all workers. */
public final class TcpStats {
  /** Envoy's: a histogram of shares holds millionths. */
  private static final long WHOLE = 1_000_000;

  private final long updatePeriodMillis;
  private final Counter txSegments;
  private final Counter rxSegments;
  private final Counter txDataSegments;
  private final Counter rxDataSegments;
  private final Counter txRetransmittedSegments;
  private final Counter rxBytesReceived;
  private final Counter txBytesSent;
  private final Gauge txUnsentBytes;
  private final Gauge txUnackedSegments;
  private final Histogram txPercentRetransmittedSegments;
  private final Histogram rttUs;
  private final Histogram rttVarianceUs;

  /**
   * Those of connections from now on.
   *
   * @param owner {@code cluster.NAME} or {@code listener.ADDRESS}
   */
  public TcpStats(TcpStatsConfig config, StatStore store, String owner) {
    String prefix = owner + ".tcp_stats.";
    this.updatePeriodMillis = config.updatePeriodMillis();
    this.txSegments = store.counter(prefix + "cx_tx_segments");
    this.rxSegments = store.counter(prefix + "cx_rx_segments");
    this.txDataSegments = store.counter(prefix + "cx_tx_data_segments");
    this.rxDataSegments = store.counter(prefix + "cx_rx_data_segments");
    this.txRetransmittedSegments = store.counter(prefix + "cx_tx_retransmitted_segments");
    this.rxBytesReceived = store.counter(prefix + "cx_rx_bytes_received");
    this.txBytesSent = store.counter(prefix + "cx_tx_bytes_sent");
    this.txUnsentBytes = store.gauge(prefix + "cx_tx_unsent_bytes");
    this.txUnackedSegments = store.gauge(prefix + "cx_tx_unacked_segments");
    this.txPercentRetransmittedSegments =
        store.histogram(prefix + "cx_tx_percent_retransmitted_segments", Histogram.Unit.PERCENT);
    this.rttUs = store.histogram(prefix + "cx_rtt_us", Histogram.Unit.UNSPECIFIED);
    this.rttVarianceUs = store.histogram(prefix + "cx_rtt_variance_us", Histogram.Unit.UNSPECIFIED);
    if (Transport.best() != Transport.EPOLL) {
      Log.CONFIG.warning(
          owner + ": envoy.transport_sockets.tcp_stats counts nothing: it needs Linux's epoll");
    }
  }

  /** Counts a connection until its end, from before its handlers do anything. On its worker. */
  public void watch(Channel channel, Worker worker) {
    channel.pipeline().addFirst(new TcpStatsWatch(this, worker));
  }

  long updatePeriodMillis() {
    return updatePeriodMillis;
  }

  /** Counts what became of a connection since {@code before}. */
  void count(int cell, TcpInfo before, TcpInfo now) {
    long dataSegments = now.dataSegsOut() - before.dataSegsOut();
    if (dataSegments > 0) {
      long again = now.totalRetrans() - before.totalRetrans();
      txPercentRetransmittedSegments.record(cell, again * WHOLE / dataSegments);
    }
    add(txSegments, cell, before.segsOut(), now.segsOut());
    add(rxSegments, cell, before.segsIn(), now.segsIn());
    add(txDataSegments, cell, before.dataSegsOut(), now.dataSegsOut());
    add(rxDataSegments, cell, before.dataSegsIn(), now.dataSegsIn());
    add(txRetransmittedSegments, cell, before.totalRetrans(), now.totalRetrans());
    add(rxBytesReceived, cell, before.bytesReceived(), now.bytesReceived());
    add(txBytesSent, cell, before.bytesSent(), now.bytesSent());
    txUnsentBytes.add(cell, now.notsentBytes() - before.notsentBytes());
    txUnackedSegments.add(cell, now.unacked() - before.unacked());
    rttUs.record(cell, now.rtt());
    rttVarianceUs.record(cell, now.rttvar());
  }

  private static void add(Counter counter, int cell, long before, long now) {
    if (now > before) { // the kernel's wrap around after 2^32
      counter.add(cell, now - before);
    }
  }

  /** A connection is gone, and with it what it had yet to send. */
  void gone(int cell, TcpInfo last) {
    txUnsentBytes.add(cell, -last.notsentBytes());
    txUnackedSegments.add(cell, -last.unacked());
  }
}
