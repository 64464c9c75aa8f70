package io.outrigger.proxy.tcp;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.tcp.TcpProxyConfig.Tunneling;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.TcpWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an upstream that is a stream through an HTTP proxy: asks for it with CONNECT or
 * POST and, once it is granted, passes it on as a channel. On its worker.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class Tunnel implements StreamWaiter, ResponseSink, Pending {
  private static final String HEADERS = "envoy.tcp_proxy.propagate_response_headers";
  private static final String TRAILERS = "envoy.tcp_proxy.propagate_response_trailers";
  private static final String HTTP2 = "HTTP/2";

  private final TcpProxy proxy;
  private final Tunneling config;
  private final DownstreamConnection downstream;
  private final LogEntry entry;
  private final TcpWaiter waiter;
  private @Nullable Pending pending;
  private @Nullable ClientStream stream;
  private @Nullable UpstreamInfo info;
  private @Nullable TunnelChannel channel;
  private boolean over;

  private Tunnel(
      TcpProxy proxy,
      Tunneling config,
      DownstreamConnection downstream,
      LogEntry entry,
      TcpWaiter waiter) {
    this.proxy = proxy;
    this.config = config;
    this.downstream = downstream;
    this.entry = entry;
    this.waiter = waiter;
  }

  /** Asks for a tunnel; the session hears of it, perhaps before this returns. */
  static Pending open(
      TcpProxy proxy, Tunneling config, TcpLogEntry entry, TcpSession session, Asked asked) {
    Tunnel tunnel = new Tunnel(proxy, config, session.connection(), entry, session);
    Pending wait = asked.cluster().newStream(asked.host(), asked.context(), tunnel);
    if (tunnel.stream == null && !tunnel.over) {
      tunnel.pending = wait;
    }
    return tunnel;
  }

  /** Where to. */
  record Asked(WorkerCluster cluster, Host host, LbContext context) {}

  private Worker worker() {
    return downstream.worker();
  }

  @Override
  public void cancel() {
    over = true;
    Pending wait = pending;
    ClientStream opened = stream;
    pending = null;
    stream = null;
    if (opened != null) {
      opened.reset(ResetReason.LOCAL_RESET);
    } else if (wait != null) {
      wait.cancel();
    }
  }

  // ---- StreamWaiter ----

  @Override
  public ResponseSink sink() {
    return this;
  }

  @Override
  public void onStream(ClientStream opened, UpstreamInfo to) {
    pending = null;
    stream = opened;
    info = to;
    Headers headers = worker().headers().take();
    headers.add(HeaderName.METHOD, config.usePost() ? "POST" : "CONNECT");
    headers.add(HeaderName.AUTHORITY, proxy.values().text(config.hostname(), entry));
    if (config.usePost()) {
      headers.add(HeaderName.PATH, config.postPath());
      headers.add(HeaderName.SCHEME, to.tls() == null ? "http" : "https");
    }
    proxy.mutator().apply(config.headers(), headers, entry);
    opened.sendHeaders(headers, false);
    worker().headers().give(headers);
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    pending = null;
    over = true;
    waiter.onFailure(reason, transportFailure);
  }

  // ---- ResponseSink ----

  @Override
  public void onInformational(Headers headers) {}

  @Override
  public void onResponseHeaders(Headers headers, boolean endStream) {
    ClientStream answered = stream;
    if (over || answered == null) {
      worker().headers().give(headers);
      return;
    }
    String status = Objects.requireNonNullElse(headers.value(HeaderName.STATUS), "");
    if (config.propagateResponseHeaders()) {
      downstream.filterState().put(HEADERS, struct(headers));
    }
    worker().headers().give(headers);
    UpstreamInfo to = Objects.requireNonNull(info);
    // RFC 9110 section 9.3.6: any 2xx grants a CONNECT; of HTTP/2 Envoy wants a 200
    boolean granted = HTTP2.equals(to.protocol()) ? status.equals("200") : status.startsWith("2");
    if (!granted || endStream) {
      cancel();
      waiter.onFailure(ResetReason.REMOTE_RESET, "tunnel_response:" + status);
      return;
    }
    TunnelChannel made = new TunnelChannel(answered);
    channel = made;
    worker().loop().register(made);
    waiter.onConnection(made, to);
  }

  private static Value struct(Headers headers) {
    ListValue.Builder list = ListValue.newBuilder();
    for (int slot = 0; slot < headers.slots(); slot++) {
      if (headers.isLive(slot)) {
        list.addValues(
            Value.newBuilder()
                .setStructValue(
                    Struct.newBuilder()
                        .putFields("key", text(headers.nameText(slot)))
                        .putFields("value", text(headers.value(slot)))));
      }
    }
    return Value.newBuilder()
        .setStructValue(
            Struct.newBuilder().putFields("headers", Value.newBuilder().setListValue(list).build()))
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  @Override
  public void onResponseData(ByteBuf data, boolean endStream) {
    TunnelChannel open = channel;
    if (open == null) {
      data.release();
      return;
    }
    if (data.isReadable()) {
      open.onData(data);
    } else {
      data.release();
    }
    if (endStream) {
      open.onEnd();
    }
  }

  @Override
  public void onResponseTrailers(Headers trailers) {
    if (config.propagateResponseTrailers()) {
      downstream.filterState().put(TRAILERS, struct(trailers));
    }
    worker().headers().give(trailers);
    TunnelChannel open = channel;
    if (open != null) {
      open.onEnd();
    }
  }

  @Override
  public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
    stream = null;
    TunnelChannel open = channel;
    if (open != null) {
      open.onReset();
    } else if (!over) {
      over = true;
      waiter.onFailure(reason, transportFailure);
    }
  }

  @Override
  public void onRequestWritable() {
    TunnelChannel open = channel;
    if (open != null) {
      open.onWritable();
    }
  }
}
