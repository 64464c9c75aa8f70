package io.outrigger.proxy.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;
import io.outrigger.config.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HPACK against RFC 7541's own examples, and against Netty's codec both ways. */
class HpackTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static String decode(HpackDecoder decoder, byte[] block) {
    Headers headers = new Headers();
    decoder.begin(headers, 100, 60_000);
    assertThat(decoder.decode(block, 0, block.length)).isEqualTo(block.length);
    return headers.toString();
  }

  /** RFC 7541 appendix C.3: requests without Huffman code. */
  @Test
  void requestsOfAppendixC3() {
    requests(
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");
  }

  /** RFC 7541 appendix C.4: the same with Huffman code. */
  @Test
  void requestsOfAppendixC4() {
    requests(
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");
  }

  private static void requests(String first, String second, String third) {
    HpackDecoder decoder = new HpackDecoder(4096);
    assertThat(decode(decoder, hex(first)))
        .isEqualTo(":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n");
    assertThat(decode(decoder, hex(second)))
        .isEqualTo(
            ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n"
                + "cache-control: no-cache\n");
    assertThat(decode(decoder, hex(third)))
        .isEqualTo(
            ":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\n"
                + "custom-key: custom-value\n");
  }

  /** RFC 7541 appendix C.6: responses in a table of 256 bytes, so that entries are evicted. */
  @Test
  void responsesOfAppendixC6() {
    HpackDecoder decoder = new HpackDecoder(256);
    String rest =
        "cache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\n"
            + "location: https://www.example.com\n";
    assertThat(
            decode(
                decoder,
                hex(
                    "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"
                        + "6e919d29ad171863c78f0b97c8e9ae82ae43d3")))
        .isEqualTo(":status: 302\n" + rest);
    assertThat(decode(decoder, hex("4883640effc1c0bf"))).isEqualTo(":status: 307\n" + rest);
    assertThat(
            decode(
                decoder,
                hex(
                    "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821d"
                        + "d7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1"
                        + "063d5007")))
        .isEqualTo(
            ":status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\n"
                + "location: https://www.example.com\ncontent-encoding: gzip\n"
                + "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // index 0
        "be", // index 62 of an empty table
        "ff8080808080", // an integer without end
        "7f8080808001", // a name index beyond 28 bits
        "3fe21f", // a size update above the limit
        "823f00", // a size update behind a field
        "40 81ff 00", // Huffman: padding of eight ones
        "40 84ffffffff 00", // Huffman: EOS
        "40 8100 00" // Huffman: padding that isn't ones
      })
  void refusesBrokenBlocks(String block) {
    HpackDecoder decoder = new HpackDecoder(4096);
    decoder.begin(new Headers(), 100, 60_000);
    byte[] bytes = hex(block);
    assertThat(decoder.decode(bytes, 0, bytes.length)).isEqualTo(-1);
    assertThat(decoder.error()).isNotEmpty();
  }

  @Test
  void fieldsMayBeCutAnywhere() {
    byte[] block =
        hex(
            "828684 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf 5886 a8eb 1064 9cbf"
                + "418c f1e3 c2e5 f23a 6ba0 ab90 f4ff");
    String whole = decode(new HpackDecoder(4096), block);
    for (int cut = 0; cut <= block.length; cut++) {
      HpackDecoder decoder = new HpackDecoder(4096);
      Headers headers = new Headers();
      decoder.begin(headers, 100, 60_000);
      int used = decoder.decode(block, 0, cut);
      assertThat(used).isBetween(0, cut);
      assertThat(decoder.decode(block, used, block.length)).isEqualTo(block.length);
      assertThat(headers.toString()).isEqualTo(whole);
    }
  }

  @Test
  void limitsHoldAndTheTableStaysRight() {
    HpackDecoder decoder = new HpackDecoder(4096);
    Headers headers = new Headers();
    decoder.begin(headers, 2, 60_000);
    byte[] block = hex("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d");
    assertThat(decoder.decode(block, 0, block.length)).isEqualTo(block.length);
    assertThat(decoder.overflowed()).isTrue();
    assertThat(decoder.tooMany()).isTrue();
    assertThat(headers.size()).isEqualTo(2);
    // :authority was not kept, but it is in the table
    assertThat(decode(decoder, hex("be"))).isEqualTo(":authority: www.example.com\n");
    decoder.begin(new Headers(), 100, 20);
    decoder.decode(block, 0, block.length);
    assertThat(decoder.overflowed()).isTrue();
    assertThat(decoder.tooMany()).isFalse();
  }

  @Test
  void badBytesAreFoundOnceAndRemembered() {
    HpackDecoder decoder = new HpackDecoder(4096);
    assertThat(invalid(decoder, literal(0x40, "Upper", "x"))).isTrue();
    assertThat(invalid(decoder, hex("be"))).isTrue();
    assertThat(invalid(decoder, literal(0, "a b", "x"))).isTrue();
    assertThat(invalid(decoder, literal(0, "", "x"))).isTrue();
    assertThat(invalid(decoder, literal(0, "a", "x\r\ny: z"))).isTrue();
    assertThat(invalid(decoder, literal(0, "a", "x\0"))).isTrue();
    assertThat(invalid(decoder, literal(0, "a:b", "x"))).isTrue();
    assertThat(invalid(decoder, literal(0, "a", "tab\tand \u00fc"))).isFalse();
    assertThat(decoder.underscores()).isFalse();
    assertThat(invalid(decoder, literal(0, "a_b", "x"))).isFalse();
    assertThat(decoder.underscores()).isTrue();
  }

  private static boolean invalid(HpackDecoder decoder, byte[] block) {
    decoder.begin(new Headers(), 100, 60_000);
    assertThat(decoder.decode(block, 0, block.length)).isEqualTo(block.length);
    return decoder.invalid();
  }

  private static byte[] literal(int kind, String name, String value) {
    return (String.valueOf((char) kind)
            + (char) name.length()
            + name
            + (char) value.length()
            + value)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void secretsAreNeverIndexedAndStaySo() {
    HpackEncoder encoder = new HpackEncoder(4096);
    Headers headers = new Headers();
    headers.add("authorization", "Bearer x");
    headers.add("x-key", "secret");
    headers.setNeverIndexed(1);
    byte[] block = new byte[HpackEncoder.bound(headers)];
    int length = encoder.encode(headers, block, 0);
    assertThat(block[0] & 0xf0).isEqualTo(0x10);
    Headers back = new Headers();
    HpackDecoder decoder = new HpackDecoder(4096);
    decoder.begin(back, 100, 1000);
    assertThat(decoder.decode(block, 0, length)).isEqualTo(length);
    assertThat(back.toString()).isEqualTo(headers.toString());
    assertThat(back.isNeverIndexed(0)).isTrue();
    assertThat(back.isNeverIndexed(1)).isTrue();
    int again = encoder.encode(headers, block, 0);
    assertThat(again).isEqualTo(length);
  }

  /** Random blocks with repeated headers go through our encoder and Netty's decoder, and back. */
  @ParameterizedTest
  @ValueSource(ints = {0, 64, 256, 4096})
  void agreesWithNetty(int tableSize) throws Exception {
    Random random = new Random(tableSize + 1);
    HpackEncoder encoder = new HpackEncoder(4096);
    DefaultHttp2HeadersDecoder nettyDecoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    nettyDecoder.maxHeaderTableSize(tableSize);
    encoder.peerTableSize(tableSize);
    HpackDecoder decoder = new HpackDecoder(tableSize);
    DefaultHttp2HeadersEncoder nettyEncoder =
        new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE);
    nettyEncoder.maxHeaderTableSize(tableSize);
    for (int round = 0; round < 2000; round++) {
      List<String[]> fields = randomFields(random);
      Headers ours = new Headers();
      DefaultHttp2Headers theirs = new DefaultHttp2Headers(false);
      StringBuilder expected = new StringBuilder();
      for (String[] field : fields) {
        ours.add(field[0], field[1]);
        theirs.add(AsciiString.of(field[0]), AsciiString.of(field[1]));
        expected.append(field[0]).append(": ").append(field[1]).append('\n');
      }
      byte[] block = new byte[HpackEncoder.bound(ours)];
      int length = encoder.encode(ours, block, 0);
      Http2Headers decoded =
          nettyDecoder.decodeHeaders(1, Unpooled.wrappedBuffer(block, 0, length));
      assertThat(sorted(text(decoded))).isEqualTo(sorted(expected.toString()));

      ByteBuf encoded = Unpooled.buffer();
      nettyEncoder.encodeHeaders(1, theirs, encoded);
      byte[] back = new byte[encoded.readableBytes()];
      encoded.readBytes(back);
      assertThat(sorted(decode(decoder, back))).isEqualTo(sorted(expected.toString()));
    }
  }

  private static List<String> sorted(String text) {
    return text.lines().sorted().toList();
  }

  private static String text(Http2Headers headers) {
    StringBuilder out = new StringBuilder();
    headers.forEach(e -> out.append(e.getKey()).append(": ").append(e.getValue()).append('\n'));
    return out.toString();
  }

  private static List<String[]> randomFields(Random random) {
    String[] names = {
      ":path",
      "user-agent",
      "x-a",
      "x-b",
      "x-request-id",
      "content-type",
      "date",
      "accept",
      "x-c",
      "x-d",
      "cache-control",
      "x-envoy-attempt-count"
    };
    List<String[]> fields = new ArrayList<>();
    fields.add(new String[] {":method", random.nextBoolean() ? "GET" : "PUT"});
    for (int i = random.nextInt(12); i > 0; i--) {
      String name = names[random.nextInt(names.length)];
      String value =
          random.nextInt(4) == 0
              ? Long.toHexString(random.nextLong()).repeat(1 + random.nextInt(4))
              : "value-" + random.nextInt(8);
      if (!name.equals(":path") || fields.size() == 1) {
        fields.add(new String[] {name, value});
      }
    }
    return fields;
  }
}
