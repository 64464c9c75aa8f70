package io.outrigger.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
  private static final int MAX = ClientHello.MAX_SIZE;

  @Test
  void readsNameAndProtocolsOfARealClient() throws Exception {
    var found = found(realHello("Reviews.Default.svc", "h2", "http/1.1"));
    assertThat(found.serverName()).isEqualTo("reviews.default.svc");
    assertThat(found.applicationProtocols()).containsExactly("h2", "http/1.1");
    assertThat(found.acceptsEcdsa()).isTrue();
  }

  @Test
  void everyPrefixAsksForMore() throws Exception {
    byte[] hello = realHello("a.example", "h2");
    for (int length = 0; length < hello.length; length++) {
      assertThat(look(Arrays.copyOf(hello, length)))
          .as("first %d bytes", length)
          .isInstanceOf(ClientHello.NeedMore.class);
    }
  }

  @Test
  void bytesAfterTheHelloDontMatter() throws Exception {
    byte[] hello = realHello("a.example", "h2");
    byte[] more = Arrays.copyOf(hello, hello.length + 20);
    assertThat(found(more).serverName()).isEqualTo("a.example");
  }

  @Test
  void aHelloInManyRecordsIsPutTogether() throws Exception {
    byte[] hello = realHello("a.example", "h2", "istio");
    for (int size : new int[] {4, 5, 7, 100}) {
      byte[] split = inRecords(hello, size);
      assertThat(found(split).applicationProtocols())
          .as("records of %d", size)
          .containsExactly("h2", "istio");
      for (int length = 0; length < split.length; length++) {
        assertThat(look(Arrays.copyOf(split, length))).isInstanceOf(ClientHello.NeedMore.class);
      }
    }
  }

  @Test
  void otherProtocolsAreToldFromTheirFirstBytes() {
    for (String text : List.of("G", "GET / HTTP/1.1\r\n", "\u0000", "SSH-2.0", "PRI * HTTP/2.0")) {
      assertThat(look(text.getBytes(StandardCharsets.ISO_8859_1)))
          .as(text)
          .isInstanceOf(ClientHello.NotTls.class);
    }
    assertThat(look(new byte[] {22, 2})).isInstanceOf(ClientHello.NotTls.class);
    assertThat(look(new byte[] {22, 3, 1, 0, 0})).isInstanceOf(ClientHello.NotTls.class);
    assertThat(look(new byte[] {22, 3, 1, 0, 40, 2})).isInstanceOf(ClientHello.NotTls.class);
    assertThat(look(new byte[] {22, 3, 1, (byte) 0xff, 0})).isInstanceOf(ClientHello.NotTls.class);
  }

  @Test
  void aHelloLongerThanAllowedIsToldBeforeItIsRead() {
    assertThat(look(new byte[] {22, 3, 1, 64, 0, 1, 1, 0, 0}))
        .isInstanceOf(ClientHello.TooLarge.class);
  }

  @Test
  void noFlippedByteBreaksTheParser() throws Exception {
    byte[] hello = realHello("a.example", "h2");
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] hostile = hello.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt(256);
      }
      assertThat(look(hostile)).isNotNull(); // any answer, no exception
    }
  }

  @Test
  void lengthsThatPointOutsideAreNotTls() throws Exception {
    byte[] hello = realHello("a.example", "h2");
    int sessionIdLength = 5 + 4 + 2 + 32;
    byte[] hostile = hello.clone();
    hostile[sessionIdLength] = (byte) 0xff;
    // the session id now reaches into the suites, whose length then can't be right
    assertThat(look(hostile)).isInstanceOfAny(ClientHello.NotTls.class, ClientHello.Found.class);
    hostile = Arrays.copyOf(hello, 5 + 4 + 20);
    hostile[3] = 0;
    hostile[4] = 4 + 20;
    hostile[6] = 0;
    hostile[7] = 0;
    hostile[8] = 20;
    assertThat(look(hostile)).isInstanceOf(ClientHello.NotTls.class);
  }

  private static ClientHello found(byte[] bytes) {
    var look = look(bytes);
    assertThat(look).isInstanceOf(ClientHello.Found.class);
    return ((ClientHello.Found) look).hello();
  }

  private static ClientHello.Look look(byte[] bytes) {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    var look = ClientHello.look(buffer, MAX);
    assertThat(buffer.readableBytes()).isEqualTo(bytes.length);
    return look;
  }

  /** What the JDK's client sends first. */
  static byte[] realHello(String serverName, String... protocols) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    var parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(serverName)));
    parameters.setApplicationProtocols(protocols);
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(20_000);
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] inRecords(byte[] record, int size) {
    ByteBuffer out = ByteBuffer.allocate(record.length * 8);
    for (int at = 5; at < record.length; at += size) {
      int length = Math.min(size, record.length - at);
      out.put(record, 0, 3).putShort((short) length).put(record, at, length);
    }
    return Arrays.copyOf(out.array(), out.position());
  }
}
