package io.outrigger.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.proxy.address.SocketAddresses;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProxyHeaderTest {
  private static final byte[] V2 = {
    13,
    10,
    13,
    10,
    0,
    13,
    10,
    'Q',
    'U',
    'I',
    'T',
    10,
    0x21,
    0x11,
    0,
    12, //
    10,
    1,
    2,
    3,
    10,
    4,
    5,
    6,
    0x1f,
    (byte) 0x90,
    0,
    80
  };

  @Test
  void readsVersionOne() {
    var found = found("PROXY TCP4 192.0.2.1 198.51.100.2 1234 443\r\nGET /");
    assertThat(found.version()).isEqualTo(1);
    assertThat(found.length()).isEqualTo(44);
    assertThat(SocketAddresses.text(found.source())).isEqualTo("192.0.2.1:1234");
    assertThat(SocketAddresses.text(found.destination())).isEqualTo("198.51.100.2:443");
    assertThat(SocketAddresses.text(found("PROXY TCP6 2001:db8::1 ::1 1 2\r\n").source()))
        .isEqualTo("[2001:db8::1]:1");
    assertThat(found("PROXY UNKNOWN whatever\r\n").source()).isNull();
  }

  @Test
  void readsVersionTwo() {
    var found = (ProxyHeader.Found) read(V2);
    assertThat(SocketAddresses.text(found.source())).isEqualTo("10.1.2.3:8080");
    assertThat(SocketAddresses.text(found.destination())).isEqualTo("10.4.5.6:80");
    assertThat(found.length()).isEqualTo(V2.length);
    byte[] local = V2.clone();
    local[12] = 0x20;
    assertThat(((ProxyHeader.Found) read(local)).source()).isNull();
  }

  @Test
  void readsTheExtensionsOfVersionTwo() {
    byte[] more = {2, 0, 1, 'h', (byte) 0xe0, 0, 0};
    byte[] header = Arrays.copyOf(V2, V2.length + more.length);
    System.arraycopy(more, 0, header, V2.length, more.length);
    header[15] = (byte) (12 + more.length);
    assertThat(((ProxyHeader.Found) read(header)).tlvs())
        .containsExactly(new Tlv(2, ByteString.copyFromUtf8("h")), new Tlv(0xe0, ByteString.EMPTY));
    header[V2.length + 2] = 9;
    assertThat(read(header)).isInstanceOf(ProxyHeader.Malformed.class);
  }

  @Test
  void addressesOfIpv6StaySo() {
    assertThat(SocketAddresses.text(found("PROXY TCP6 ::ffff:1.2.3.4 ::1 1 2\r\n").source()))
        .isEqualTo("[::ffff:1.2.3.4]:1");
    assertThat(SocketAddresses.text(found("PROXY TCP6 ::1.2.3.4 ::908 1 2\r\n").source()))
        .isEqualTo("[::1.2.3.4]:1");
  }

  @Test
  void everyPrefixAsksForMore() {
    for (int length = 1; length < V2.length; length++) {
      assertThat(read(Arrays.copyOf(V2, length))).isInstanceOf(ProxyHeader.NeedMore.class);
    }
    String line = "PROXY TCP4 192.0.2.1 198.51.100.2 1234 443\r\n";
    for (int length = 1; length < line.length(); length++) {
      assertThat(read(line.substring(0, length).getBytes(StandardCharsets.US_ASCII)))
          .isInstanceOf(ProxyHeader.NeedMore.class);
    }
  }

  @Test
  void malformedHeadersAreRefused() {
    for (String line :
        List.of(
            "PROXY TCP4 192.0.2.1 198.51.100.2 1234\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.2 1234 65536\r\n",
            "PROXY TCP4 192.0.2 198.51.100.2 1234 1\r\n",
            "PROXY TCP4 ::1 198.51.100.2 1234 1\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.2 1234 1\n",
            "PROXY TCP4 0192.0.2.1 198.51.100.2 1234 1\r\n",
            "PROXY TCP4 0.0.0.0 198.51.100.2 1234 1\r\n",
            "PROXY TCP4 192.0.2.1 224.0.0.1 1234 1\r\n",
            "PROXY TCP6 [::1] ::1 1234 1\r\n",
            "PROXY UDP4 192.0.2.1 198.51.100.2 1234 1\r\n",
            "PROXY " + "x".repeat(200))) {
      assertThat(read(line.getBytes(StandardCharsets.US_ASCII)))
          .as(line)
          .isInstanceOf(ProxyHeader.Malformed.class);
    }
    byte[] version3 = V2.clone();
    version3[12] = 0x31;
    assertThat(read(version3)).isInstanceOf(ProxyHeader.Malformed.class);
    byte[] cut = Arrays.copyOf(V2, 24);
    cut[15] = 8;
    assertThat(read(cut)).isInstanceOf(ProxyHeader.Malformed.class);
    assertThat(read("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(ProxyHeader.Absent.class);
  }

  @Test
  void noFlippedByteBreaksTheParser() {
    Random random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      byte[] hostile = V2.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt(256);
      }
      assertThat(read(hostile)).isNotNull();
    }
  }

  private static ProxyHeader.Found found(String text) {
    return (ProxyHeader.Found) read(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static ProxyHeader.Look read(byte[] bytes) {
    return ProxyHeader.read(Unpooled.wrappedBuffer(bytes));
  }
}
