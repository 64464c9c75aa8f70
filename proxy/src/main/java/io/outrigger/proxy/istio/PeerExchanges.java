package io.outrigger.proxy.istio;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.netty.channel.Channel;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * istio.metadata_exchange: what this process tells its peers of TCP, and how often they told. Any
 * thread.
 */
public final class PeerExchanges {
  static final String METADATA = "x-envoy-peer-metadata";
  static final String ID = "x-envoy-peer-metadata-id";
  static final String STRUCT = "type.googleapis.com/google.protobuf.Struct";

  private final IstioMetrics metrics;
  private final StatStore store;
  private volatile @Nullable Counters counters;
  private volatile byte @Nullable [] greeting;

  /** Istio's; there from the first connection on that meets the filter. */
  record Counters(
      Counter found, Counter notFound, Counter added, Counter noInitialHeader, Counter noHeader) {
    static Counters of(StatStore store) {
      return new Counters(
          store.counter("metadata_exchange.alpn_protocol_found"),
          store.counter("metadata_exchange.alpn_protocol_not_found"),
          store.counter("metadata_exchange.metadata_added"),
          store.counter("metadata_exchange.initial_header_not_found"),
          store.counter("metadata_exchange.header_not_found"));
    }
  }

  public PeerExchanges(StatStore store, IstioMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
  }

  /**
   * Exchanges metadata on a connection that has agreed on the protocol; nothing happens on others.
   *
   * @param agreed what ALPN settled on, or null
   * @param protocol that of the filter
   * @param atOnce whether ours goes out before anything else happens; else with the first bytes of
   *     either side
   * @param learned hears who the peer is, if it tells
   */
  public void begin(
      Channel channel,
      @Nullable String agreed,
      String protocol,
      boolean atOnce,
      int cell,
      Consumer<Peer> learned) {
    Counters counted = counters();
    if (protocol.equals(agreed)) {
      counted.found.inc(cell);
      channel.pipeline().addLast(new PeerExchange(greeting(), counted, cell, atOnce, learned));
    } else {
      counted.notFound.inc(cell);
    }
  }

  private Counters counters() {
    Counters known = counters;
    if (known == null) {
      known = Counters.of(store); // twice, it would be of the same counters
      counters = known;
    }
    return known;
  }

  /** Magic number, length and metadata of this workload. */
  private byte[] greeting() {
    byte[] made = greeting;
    if (made == null) {
      made = encode(metrics.self(), metrics.id());
      greeting = made;
    }
    return made;
  }

  static byte[] encode(Peer self, String id) {
    Struct.Builder both =
        Struct.newBuilder()
            .putFields(METADATA, Value.newBuilder().setStructValue(self.toStruct()).build());
    if (!id.isEmpty()) {
      both.putFields(ID, Value.newBuilder().setStringValue(id).build());
    }
    byte[] any =
        Any.newBuilder()
            .setTypeUrl(STRUCT)
            .setValue(both.build().toByteString())
            .build()
            .toByteArray();
    return ByteBuffer.allocate(PeerExchange.HEADER + any.length)
        .putInt(PeerExchange.MAGIC)
        .putInt(any.length)
        .put(any)
        .array();
  }
}
