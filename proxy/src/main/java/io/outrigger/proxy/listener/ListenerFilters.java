package io.outrigger.proxy.listener;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.outrigger.config.http.SanitizedUtf8;
import io.outrigger.config.listener.ListenerFilterConfig;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.proxy.cluster.OriginalSource;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listener filters of a connection: what each makes of the first bytes. On its worker. */
final class ListenerFilters {
  private final DownstreamConnection connection;

  ListenerFilters(DownstreamConnection connection) {
    this.connection = connection;
  }

  /** What a filter says of the bytes so far. */
  enum Step {
    DONE,
    NEED_MORE,
    REFUSE,
    /** There are too many connections. */
    LIMITED,
    /** ECDS has not delivered the filter, and there is no default. */
    MISSING
  }

  /** What the filter says, once so much has been read; what it finds goes to the connection. */
  Step run(ListenerFilterConfig filter, @Nullable ByteBuf seen, Channel channel) {
    if (filter instanceof ListenerFilterConfig.OriginalDst) {
      restoreDestination(channel);
      return Step.DONE;
    }
    if (filter instanceof ListenerFilterConfig.OriginalSrc source) {
      // a client at a path has no address to connect from
      if (connection.addresses().remote() instanceof InetSocketAddress client) {
        connection.originalSource(new OriginalSource(client.getAddress(), source.mark()));
      }
      return Step.DONE;
    }
    if (filter instanceof ListenerFilterConfig.TlsInspector tls) {
      return inspectTls(
          seen, tls.maxClientHelloSize() > 0 ? tls.maxClientHelloSize() : ClientHello.MAX_SIZE);
    }
    if (filter instanceof ListenerFilterConfig.HttpInspector) {
      return inspectHttp(seen);
    }
    if (filter instanceof ListenerFilterConfig.ProxyProtocol proxy) {
      return readProxyHeader(proxy, seen);
    }
    if (filter instanceof ListenerFilterConfig.LocalRateLimit limit) {
      return takeToken(limit);
    }
    if (filter instanceof ListenerFilterConfig.Discovered) {
      return Step.MISSING;
    }
    if (filter instanceof ListenerFilterConfig.Ignored) {
      return Step.DONE;
    }
    throw new IllegalStateException("unknown ListenerFilterConfig: " + filter);
  }

  private Step takeToken(ListenerFilterConfig.LocalRateLimit limit) {
    if (!limit.enabled().holds() || limit.bucket().take(connection.worker().nanos())) {
      return Step.DONE;
    }
    connection.listener().rateLimited(limit).inc(connection.worker().index());
    return Step.LIMITED;
  }

  private void restoreDestination(Channel channel) {
    InetSocketAddress destination = OriginalDestination.of(channel);
    if (destination != null) {
      connection.addresses().restoreLocal(destination);
    } else if (connection.listener().plan().config().transparent()) {
      // TPROXY leaves the destination in the socket's own address
      connection.addresses().restoreLocal(connection.addresses().local());
    }
  }

  /** The client's first message of TLS. */
  Step inspectTls(@Nullable ByteBuf bytes, int maxSize) {
    if (bytes == null) {
      return Step.NEED_MORE;
    }
    ClientHello.Look look = ClientHello.look(bytes, maxSize);
    connection.listener().inspectorStats().tls(connection.worker().index(), look);
    if (look instanceof ClientHello.NeedMore) {
      return Step.NEED_MORE;
    }
    if (look instanceof ClientHello.NotTls) {
      return Step.DONE;
    }
    if (look instanceof ClientHello.TooLarge) {
      return Step.REFUSE;
    }
    if (look instanceof ClientHello.Found found) {
      connection.sawClientHello(found.hello());
      return Step.DONE;
    }
    throw new IllegalStateException("unknown ClientHello.Look: " + look);
  }

  private Step inspectHttp(@Nullable ByteBuf bytes) {
    if (!connection.transportProtocol().equals("raw_buffer")) {
      return Step.DONE;
    }
    if (bytes == null) {
      return Step.NEED_MORE;
    }
    HttpPreface preface = HttpPreface.look(bytes);
    connection.listener().inspectorStats().http(connection.worker().index(), preface);
    if (preface == HttpPreface.NEED_MORE) {
      return Step.NEED_MORE;
    }
    if (preface != HttpPreface.NOT_HTTP) {
      connection.sawPlainHttp(preface);
    }
    return Step.DONE;
  }

  /** Puts the extensions that rules ask for into the connection's metadata; the first of a key. */
  private void note(List<ListenerFilterConfig.TlvRule> rules, List<Tlv> tlvs) {
    for (Tlv tlv : tlvs) {
      for (ListenerFilterConfig.TlvRule rule : rules) {
        if (rule.tlvType() == tlv.type()
            && connection.metadata().value(rule.metadataNamespace(), rule.key()) == null) {
          String text = SanitizedUtf8.text(tlv.value().toByteArray());
          connection
              .metadata()
              .put(
                  rule.metadataNamespace(),
                  Struct.newBuilder()
                      .putFields(rule.key(), Value.newBuilder().setStringValue(text).build())
                      .build());
        }
      }
    }
  }

  private Step readProxyHeader(ListenerFilterConfig.ProxyProtocol filter, @Nullable ByteBuf bytes) {
    if (bytes == null) {
      return Step.NEED_MORE;
    }
    ProxyHeader.Look header = ProxyHeader.read(bytes);
    if (header instanceof ProxyHeader.NeedMore) {
      return Step.NEED_MORE;
    }
    int cell = connection.worker().index();
    ProxyHeaderStats stats = connection.listener().proxyHeaderStats(filter.statPrefix());
    boolean optional = filter.allowRequestsWithoutProxyProtocol();
    if (header instanceof ProxyHeader.Absent) {
      (optional ? stats.notFoundAllowed : stats.notFoundDisallowed).inc(cell);
      return optional ? Step.DONE : Step.REFUSE;
    }
    if (filter.disallowedVersions().contains(header.version())) {
      if (optional) {
        stats.notFoundAllowed.inc(cell);
        return Step.DONE;
      }
      stats.of(header.version()).found.inc(cell);
      stats.of(header.version()).disallowed.inc(cell);
      return Step.REFUSE;
    }
    if (header instanceof ProxyHeader.Malformed) {
      stats.of(header.version()).error.inc(cell);
      return Step.REFUSE;
    }
    if (header instanceof ProxyHeader.Found found) {
      stats.of(found.version()).found.inc(cell);
      bytes.skipBytes(found.length());
      note(filter.rules(), found.tlvs());
      connection.sawProxyHeader(filter.passThrough().of(found.tlvs()));
      InetSocketAddress source = found.source();
      InetSocketAddress destination = found.destination();
      if (source != null && destination != null) {
        connection.addresses().remote(source);
        connection.addresses().restoreLocal(destination);
      }
      return Step.DONE;
    }
    throw new IllegalStateException("unknown ProxyHeader.Look: " + header);
  }
}
