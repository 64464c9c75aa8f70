package io.outrigger.proxy.listener;

import com.google.protobuf.Value;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.TlsFacts;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * What a connection tells its listener's access log when its terminal filter says nothing more.
 * Other entries of one connection extend it.
 */
public class ConnectionLogEntry implements LogEntry {
  private final DownstreamConnection connection;
  private long endNanos;

  public ConnectionLogEntry(DownstreamConnection connection) {
    this.connection = connection;
  }

  public final DownstreamConnection connection() {
    return connection;
  }

  /** Fixes the end; without it, the end is when the log is written. */
  protected final void ended() {
    endNanos = connection.worker().nanos();
  }

  @Override
  public final Worker worker() {
    return connection.worker();
  }

  @Override
  public final long startEpochMicros() {
    return connection.startEpochMicros();
  }

  @Override
  public final long startNanos() {
    return connection.startNanos();
  }

  @Override
  public final long endNanos() {
    return endNanos != 0 ? endNanos : connection.worker().nanos();
  }

  @Override
  public long bytesReceived() {
    return 0;
  }

  @Override
  public long bytesSent() {
    return 0;
  }

  @Override
  public long responseFlags() {
    return connection.responseFlags();
  }

  @Override
  public final @Nullable String downstreamRemoteAddress() {
    return connection.addresses().remoteText();
  }

  @Override
  public final @Nullable String downstreamDirectRemoteAddress() {
    return connection.addresses().directRemoteText();
  }

  @Override
  public final @Nullable String downstreamLocalAddress() {
    return connection.addresses().localText();
  }

  @Override
  public final @Nullable String downstreamDirectLocalAddress() {
    return connection.addresses().directLocalText();
  }

  @Override
  public final @Nullable String downstreamTransportFailureReason() {
    return connection.transportFailureReason();
  }

  @Override
  public final @Nullable String downstreamLocalCloseReason() {
    return connection.localCloseReason();
  }

  @Override
  public final long downstreamHandshakeNanos() {
    return connection.handshakeNanos();
  }

  @Override
  public final @Nullable TlsFacts downstreamTls() {
    return connection.tls();
  }

  @Override
  public final long connectionId() {
    return connection.connectionId();
  }

  @Override
  public final @Nullable String filterChainName() {
    String name = connection.filterChainName();
    return name.isEmpty() ? null : name;
  }

  @Override
  public final @Nullable Value dynamicMetadata(String namespace, String[] path) {
    return connection.dynamicMetadata(namespace, path);
  }

  @Override
  public final @Nullable String responseCodeDetails() {
    return connection.responseCodeDetails();
  }

  @Override
  public final @Nullable String connectionTerminationDetails() {
    return connection.terminationDetails();
  }

  @Override
  public final @Nullable Value filterState(String key) {
    return connection.filterState(key);
  }

  @Override
  public final @Nullable String requestedServerName() {
    return connection.requestedServerName();
  }
}
