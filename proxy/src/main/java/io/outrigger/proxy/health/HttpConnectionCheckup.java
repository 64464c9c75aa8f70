package io.outrigger.proxy.health;

import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.pool.OwnChannel;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ResetReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What checks by HTTP and by gRPC share: one connection, used again if it may be. */
abstract class HttpConnectionCheckup
    implements Checkup, OwnChannel.Owner, ClientConnection.Listener {
  private static final List<String> H1 = List.of("http/1.1");
  private static final List<String> H2 = List.of("h2");

  final CheckScope scope;
  final Host host;
  final Verdict verdict;
  private final boolean http2;
  private @Nullable OwnChannel channel;
  private @Nullable ClientConnection connection;
  private boolean awaiting;

  /** The peer wants no more requests on it. */
  private boolean draining;

  HttpConnectionCheckup(CheckScope scope, Host host, boolean http2, Verdict verdict) {
    this.scope = scope;
    this.host = host;
    this.http2 = http2;
    this.verdict = verdict;
  }

  /** Sends the request; the connection has room. */
  abstract void send(ClientConnection connection);

  /** What comes of a request that is under way is of no interest any more. */
  abstract void forget();

  final boolean isHttp2() {
    return http2;
  }

  final String scheme() {
    return channel != null && channel.isSecure() ? "https" : "http";
  }

  @Override
  public final void start() {
    awaiting = true;
    ClientConnection open = connection;
    if (open != null && !draining && open.availableStreams() > 0) {
      send(open);
      return;
    }
    disconnect();
    OwnChannel next = scope.open(host, http2 ? H2 : H1, this);
    channel = next;
    next.open();
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public final void onConnected(OwnChannel up) {
    if (up == channel && awaiting) {
      ClientConnection open = up.http(http2, this);
      connection = open;
      send(open);
    }
  }

  /** The answer is whole. */
  final void ended() {
    awaiting = false;
    if (draining || !scope.config().reuseConnection()) {
      disconnect();
    }
  }

  /** The answer won't come. */
  final void lost() {
    forget();
    if (awaiting) {
      awaiting = false;
      if (!scope.config().reuseConnection()) {
        disconnect();
      }
      verdict.unhealthy(FailureType.NETWORK, false, 0);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public final void onClosed(OwnChannel down) {
    if (down == channel) {
      channel = null;
      connection = null;
      draining = false;
      lost();
    }
  }

  @Override
  public final void onAvailable(ClientConnection of) {}

  @Override
  @SuppressWarnings("ReferenceEquality")
  public final void onDraining(ClientConnection of) {
    if (of == connection) {
      draining = true;
      if (!awaiting) {
        disconnect();
      }
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public final void onClosed(ClientConnection of, ResetReason reason) {
    if (of == connection) {
      disconnect();
      lost();
    }
  }

  private void disconnect() {
    OwnChannel open = channel;
    channel = null;
    connection = null;
    draining = false;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public final void timedOut() {
    close();
  }

  @Override
  public final void close() {
    awaiting = false;
    forget();
    disconnect();
  }
}
