package io.outrigger.proxy.userfilter;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.route.Route;
import io.outrigger.filter.FilterContext;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.tls.PeerIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An exchange as a user's filter sees it, for the time of one call. One a worker and filter. */
final class ContextView implements FilterContext {
  private static final long PAUSE_NANOS = 1_000_000_000;

  private final FilterSwitch filter;
  private @Nullable Exchange exchange;
  private long lastLine = System.nanoTime() - PAUSE_NANOS;

  ContextView(FilterSwitch filter) {
    this.filter = filter;
  }

  void open(Exchange of) {
    exchange = of;
  }

  void close() {
    exchange = null;
  }

  private Exchange exchange() {
    Exchange now = exchange;
    if (now == null) {
      throw new IllegalStateException("a context may be used until the call it came with returns");
    }
    return now;
  }

  @Override
  public String clientAddress() {
    String address = exchange().downstreamRemoteAddress();
    return address == null ? "" : SocketAddresses.withoutPort(address);
  }

  @Override
  public @Nullable String peer() {
    PeerIdentity peer = exchange().downstream().peer();
    if (peer != null) {
      for (String uri : peer.uriSans()) {
        if (uri.startsWith("spiffe://")) {
          return uri;
        }
      }
    }
    return null;
  }

  @Override
  public @Nullable String route() {
    Route route = exchange().route();
    return route == null ? null : route.name();
  }

  @Override
  public @Nullable String metadata(String namespace, String key) {
    Value value = exchange().dynamicMetadata(namespace, List.of(key));
    return value != null && value.hasStringValue() ? value.getStringValue() : null;
  }

  @Override
  public void note(String namespace, String key, String value) {
    exchange()
        .metadata()
        .put(
            namespace,
            Struct.newBuilder()
                .putFields(key, Value.newBuilder().setStringValue(value).build())
                .build());
  }

  @Override
  public void count(String key) {
    filter.count(key, exchange().worker().index());
  }

  @Override
  public void log(String line) {
    long now = exchange().worker().nanos();
    if (now - lastLine >= PAUSE_NANOS) {
      lastLine = now;
      Log.FILTER.info(
          "filter " + filter.type() + ": " + line.replace('\n', ' ').replace('\r', ' '));
    }
  }
}
