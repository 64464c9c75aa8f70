package io.outrigger.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.cluster.UpstreamTransport.ProxyProtocol;
import io.outrigger.config.proxyprotocol.PassThroughTlvs;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.proxy.cluster.LbContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProxyHeaderWriterTest {
  private static final List<Tlv> TLVS = List.of(new Tlv(0xe0, ByteString.copyFromUtf8("ab")));

  private static byte[] header(int version, LbContext context) {
    return ProxyHeaderWriter.header(
        new ProxyProtocol(version, PassThroughTlvs.NONE, TLVS, new UpstreamTransport.Raw()),
        List.of(),
        context);
  }

  private static LbContext client(String from, String to) {
    return new LbContext() {
      @Override
      public SocketAddress clientAddress() {
        return new InetSocketAddress(from, 1);
      }

      @Override
      public SocketAddress localAddress() {
        return new InetSocketAddress(to, 258);
      }
    };
  }

  @Test
  void writesVersion1() {
    assertThat(header(1, client("1.2.3.4", "5.6.7.8")))
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("PROXY TCP4 1.2.3.4 5.6.7.8 1 258\r\n");
    assertThat(header(1, new LbContext() {}))
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("PROXY UNKNOWN\r\n");
  }

  @Test
  void aHostsTlvsComeBeforeTheClustersAndThoseBeforeTheClients() {
    LbContext client =
        new LbContext() {
          @Override
          public List<Tlv> tlvs() {
            return List.of(tlv(1, "c1"), tlv(2, "c2"), tlv(3, "c3"), tlv(3, "again"), tlv(4, "c4"));
          }
        };
    byte[] header =
        ProxyHeaderWriter.header(
            new ProxyProtocol(
                2,
                new PassThroughTlvs(false, Set.of(1, 2, 3)),
                List.of(tlv(2, "s2"), tlv(1, "s1")),
                new UpstreamTransport.Raw()),
            List.of(tlv(1, "h1")),
            client);
    assertThat(header)
        .asString(StandardCharsets.ISO_8859_1)
        .endsWith("\1\0\2h1" + "\2\0\2s2" + "\3\0\2c3" + "\3\0\5again");
  }

  private static Tlv tlv(int type, String value) {
    return new Tlv(type, ByteString.copyFromUtf8(value));
  }

  @Test
  void writesVersion2WithItsTlvs() {
    String magic = "0d0a0d0a000d0a515549540a";
    assertThat(HexFormat.of().formatHex(header(2, client("1.2.3.4", "5.6.7.8"))))
        .isEqualTo(
            magic + "2111" + "0011" + "01020304" + "05060708" + "0001" + "0102" + "e000026162");
    assertThat(HexFormat.of().formatHex(header(2, client("1.2.3.4", "::1"))))
        .isEqualTo(magic + "2000" + "0005" + "e000026162");
  }
}
