package io.outrigger.proxy.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.outrigger.proxy.stats.StatStore;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers' metadata before their data, from peers good and bad. */
class PeerExchangeTest {
  private static final String PROTOCOL = "istio-peer-exchange";

  private final StatStore store = new StatStore(1);
  private final PeerExchanges exchanges =
      new PeerExchanges(store, new IstioMetrics(store, node("me")));
  private final List<Peer> learned = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void nothingIsLeft() {
    channel.finishAndReleaseAll();
  }

  private static Node node(String workload) {
    return Node.newBuilder()
        .setId("sidecar~1.2.3.4~" + workload)
        .setMetadata(
            Struct.newBuilder()
                .putFields("WORKLOAD_NAME", Value.newBuilder().setStringValue(workload).build()))
        .build();
  }

  /** What a peer of that name sends first. */
  private static byte[] from(String workload) {
    return PeerExchanges.encode(Peer.of(node(workload).getMetadata()), "id");
  }

  private void begin(boolean atOnce) {
    exchanges.begin(channel, PROTOCOL, PROTOCOL, atOnce, 1, learned::add);
  }

  private static byte[] with(byte[] first, String data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(data.getBytes(StandardCharsets.ISO_8859_1));
    return out.toByteArray();
  }

  private void receive(byte[] bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes));
  }

  private String passed() {
    StringBuilder out = new StringBuilder();
    for (ByteBuf bytes = channel.readInbound(); bytes != null; bytes = channel.readInbound()) {
      out.append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
    }
    return out.toString();
  }

  private byte[] sent() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
      out.writeBytes(ByteBufUtil.getBytes(bytes));
      bytes.release();
    }
    return out.toByteArray();
  }

  private boolean isDone() {
    return channel.pipeline().get(PeerExchange.class) == null;
  }

  private long count(String name) {
    return store.counter("metadata_exchange." + name).value();
  }

  @Test
  void theCallerTellsAtOnce() {
    begin(true);
    assertThat(sent()).isEqualTo(from("me", "sidecar~1.2.3.4~me"));
    receive(with(from("you"), "hello"));
    assertThat(passed()).isEqualTo("hello");
    assertThat(learned).extracting(peer -> peer.workload).containsExactly("you");
    assertThat(isDone()).isTrue();
    channel.writeOutbound(Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII));
    assertThat(sent()).isEqualTo(new byte[] {'x'});
    assertThat(count("alpn_protocol_found")).isEqualTo(1);
    assertThat(count("metadata_added")).isEqualTo(1);
  }

  private static byte[] from(String workload, String id) {
    return PeerExchanges.encode(Peer.of(node(workload).getMetadata()), id);
  }

  /** The bytes of the format, written down. */
  @Test
  void theFormat() {
    byte[] bytes = from("w", "i");
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    assertThat(buffer.getInt()).isEqualTo(0x3D230467);
    assertThat(buffer.getInt()).isEqualTo(bytes.length - 8);
    String any = new String(bytes, 8, bytes.length - 8, StandardCharsets.ISO_8859_1);
    assertThat(any)
        .startsWith("\n*type.googleapis.com/google.protobuf.Struct\u0012")
        .contains("x-envoy-peer-metadata-id", "x-envoy-peer-metadata", "WORKLOAD_NAME");
  }

  @Test
  void theOneCalledTellsWithItsFirstBytes() {
    begin(false);
    assertThat(sent()).isEmpty();
    channel.writeOutbound(Unpooled.copiedBuffer("220 hi", StandardCharsets.US_ASCII));
    assertThat(sent()).isEqualTo(with(from("me", "sidecar~1.2.3.4~me"), "220 hi"));
    channel.writeOutbound(Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII));
    assertThat(sent()).isEqualTo(new byte[] {'x'});
    receive(with(from("you"), "EHLO"));
    assertThat(passed()).isEqualTo("EHLO");
    assertThat(isDone()).isTrue();
  }

  @Test
  void theOneCalledTellsWhenItIsToldSomething() {
    begin(false);
    receive(Arrays.copyOf(from("you"), 3));
    assertThat(sent()).isEqualTo(from("me", "sidecar~1.2.3.4~me"));
  }

  @Test
  void anEmptyWriteTellsNothing() {
    begin(false);
    channel.writeOutbound(Unpooled.EMPTY_BUFFER);
    assertThat(sent()).isEmpty();
  }

  @Test
  void byteByByte() {
    begin(true);
    for (byte one : with(from("you"), "hello")) {
      receive(new byte[] {one});
    }
    assertThat(passed()).isEqualTo("hello");
    assertThat(learned).extracting(peer -> peer.workload).containsExactly("you");
  }

  @ParameterizedTest
  @ValueSource(strings = {"h", "hello", "=x", "=#\4f....", "=#\4", "\0\0\0\0\0\0\0\0\0"})
  void whoBeginsWithAnythingElseHasNoMetadata(String data) {
    begin(true);
    receive(data.getBytes(StandardCharsets.ISO_8859_1));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(passed()).isEqualTo(data);
    assertThat(learned).isEmpty();
    assertThat(isDone()).isTrue();
    assertThat(channel.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {64 * 1024 + 1, Integer.MAX_VALUE, 0x8000_0000L, 0xFFFF_FFFFL})
  void whoIsTooLongIsClosed(long length) {
    begin(true);
    receive(ByteBuffer.allocate(8).putInt(PeerExchange.MAGIC).putInt((int) length).array());
    assertThat(channel.isOpen()).isFalse();
    assertThat(passed()).isEmpty();
    assertThat(count("header_not_found")).isEqualTo(1);
  }

  /** As TLS does, which says goodbye first: bytes may still come. */
  private static final class SlowClose extends ChannelOutboundHandlerAdapter {
    private boolean asked;

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
      if (asked) {
        context.close(promise);
      }
      asked = true;
    }
  }

  private static byte[] framed(byte[] any) {
    return ByteBuffer.allocate(8 + any.length)
        .putInt(PeerExchange.MAGIC)
        .putInt(any.length)
        .put(any)
        .array();
  }

  private static byte[] any(String type, ByteString value) {
    return Any.newBuilder().setTypeUrl(type).setValue(value).build().toByteArray();
  }

  @Test
  void whatCantBeReadIsClosed() {
    ByteString nested = ByteString.EMPTY;
    for (int i = 0; i < 5000; i++) { // a list in a list
      nested = ByteString.copyFrom(wrapped(0x32, wrapped(0x0a, nested.toByteArray())));
    }
    ByteString deep = ByteString.copyFrom(wrapped(0x0a, wrapped(0x12, nested.toByteArray())));
    List<byte[]> bad =
        List.of(
            framed(new byte[] {(byte) 0xff, (byte) 0xff, 3}),
            framed(any("type.googleapis.com/google.protobuf.Value", ByteString.EMPTY)),
            framed(any(PeerExchanges.STRUCT, ByteString.copyFrom(new byte[] {10, 100, 1}))),
            framed(any(PeerExchanges.STRUCT, deep)),
            framed(new byte[0]));
    for (byte[] bytes : bad) {
      EmbeddedChannel own = new EmbeddedChannel(new SlowClose());
      exchanges.begin(own, PROTOCOL, PROTOCOL, true, 1, learned::add);
      own.writeInbound(Unpooled.copiedBuffer(with(bytes, "data")));
      own.writeInbound(Unpooled.copiedBuffer("more", StandardCharsets.US_ASCII));
      assertThat(own.pipeline().get(SlowClose.class).asked).isTrue();
      assertThat(own.inboundMessages()).isEmpty();
      own.finishAndReleaseAll();
    }
    assertThat(learned).isEmpty();
    assertThat(count("header_not_found")).isEqualTo(bad.size());
  }

  /** A field of protobuf with a length. */
  private static byte[] wrapped(int tag, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    for (int left = value.length; ; left >>>= 7) {
      if (left < 128) {
        out.write(left);
        break;
      }
      out.write(left & 127 | 128);
    }
    out.writeBytes(value);
    return out.toByteArray();
  }

  @Test
  void whoTellsNothingOfItselfIsStillHeard() {
    begin(true);
    receive(with(framed(any(PeerExchanges.STRUCT, ByteString.EMPTY)), "data"));
    assertThat(passed()).isEqualTo("data");
    assertThat(learned).isEmpty();
  }

  @Test
  void metadataThatIsCutOffIsNoData() {
    begin(true);
    byte[] whole = from("you");
    receive(Arrays.copyOf(whole, whole.length - 1));
    assertThat(passed()).isEmpty();
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(passed()).isEmpty();
    assertThat(learned).isEmpty();
    assertThat(count("header_not_found")).isEqualTo(1);
    channel.close();
    assertThat(isDone()).isTrue();
  }

  @Test
  void whoHasAgreedOnSomethingElseIsLeftAlone() {
    exchanges.begin(channel, "istio", PROTOCOL, true, 1, learned::add);
    exchanges.begin(channel, null, PROTOCOL, true, 1, learned::add);
    assertThat(isDone()).isTrue();
    assertThat(sent()).isEmpty();
    assertThat(count("alpn_protocol_not_found")).isEqualTo(2);
  }
}
