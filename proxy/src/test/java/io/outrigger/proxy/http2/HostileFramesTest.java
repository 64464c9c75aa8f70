package io.outrigger.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sends to break the server: it costs that client its connection, and no more. */
class HostileFramesTest {
  private static void assertClosed(ServerSide side, List<String> answer, String details) {
    assertThat(answer).isNotEmpty();
    assertThat(answer.getLast()).startsWith("GOAWAY ").endsWith(details);
    // and nothing more is read
    assertThat(side.send(side.frames.get(9001))).isEmpty();
    side.channel.advanceTimeBy(2, java.util.concurrent.TimeUnit.SECONDS);
    side.channel.runScheduledPendingTasks();
    assertThat(side.channel.isActive()).isFalse();
    assertThat(side.closed).isEqualTo(details);
  }

  @Test
  void rapidResetsCloseAfter250() {
    try (ServerSide side = new ServerSide().started()) {
      side.answerAtOnce = false;
      List<String> answer = new ArrayList<>();
      int id = 1;
      for (; answer.isEmpty() && id < 2000; id += 2) {
        answer.addAll(side.send(side.frames.get(id).reset(id, Frame.CANCEL)));
      }
      assertThat(id / 2).isEqualTo(250);
      assertClosed(side, answer, "too_many_premature_resets");
    }
  }

  /** CVE-2025-55163: the client has us send the resets. */
  @Test
  void resetsThatWeAreMadeToSendCountToo() {
    try (ServerSide side = new ServerSide().started()) {
      side.answerAtOnce = false;
      List<String> answer = new ArrayList<>();
      int id = 1;
      for (; side.closed == null && id < 2000 && !last(answer).startsWith("GOAWAY"); id += 2) {
        answer.addAll(side.send(side.frames.get(id).windowUpdate(id, 0)));
      }
      assertThat(id / 2).isEqualTo(250);
      assertClosed(side, answer, "too_many_premature_resets");
    }
  }

  private static String last(List<String> lines) {
    return lines.isEmpty() ? "" : lines.getLast();
  }

  @Test
  void aWellBehavedClientMayResetNowAndThen() {
    try (ServerSide side = new ServerSide().started()) {
      for (int id = 1; id < 4000; id += 2) {
        side.answerAtOnce = id % 3 != 0;
        side.send(side.frames.get(id));
        if (!side.answerAtOnce) {
          side.send(side.frames.reset(id, Frame.CANCEL));
        }
      }
      assertThat(side.closed).isNull();
    }
  }

  @Test
  void anEmptyFrameMayComeOnceNotTwice() {
    try (ServerSide side = new ServerSide().started()) {
      side.answerAtOnce = false;
      side.frames.post(1).data(1, false, "").data(1, false, "x").data(1, false, "");
      assertThat(side.send(side.frames)).isEmpty();
      assertClosed(
          side, side.send(side.frames.data(1, false, "")), "http2.inbound_empty_frames_flood");
      assertThat(side.counter("inbound_empty_frames_flood")).isEqualTo(1);
    }
  }

  @Test
  void emptyContinuations() {
    try (ServerSide side = new ServerSide().started()) {
      side.frames.frame(Frame.HEADERS, 0, 1, side.frames.block(":method", "GET"));
      side.frames.frame(Frame.CONTINUATION, 0, 1).frame(Frame.CONTINUATION, 0, 1);
      assertClosed(side, side.send(side.frames), "http2.inbound_empty_frames_flood");
    }
  }

  @Test
  void manySmallContinuationsEndWithTheCount() {
    try (ServerSide side = new ServerSide().started()) {
      side.frames.frame(Frame.HEADERS, 0, 1, side.frames.block(":method", "GET"));
      for (int i = 0; i < 200; i++) {
        side.frames.frame(Frame.CONTINUATION, 0, 1, literal("x" + i, "y"));
      }
      assertThat(side.send(side.frames)).containsExactly("RST_STREAM 1 2");
      assertThat(side.counter("header_overflow")).isEqualTo(1);
      // the block may still end, and the connection goes on
      side.frames.frame(Frame.CONTINUATION, Frame.END_HEADERS, 1, literal("z", "z")).get(3);
      assertThat(side.send(side.frames)).contains("DATA 3 end hello");
      assertThat(side.requests.getFirst().told)
          .asString()
          .isEqualTo(" reset PROTOCOL_ERROR http2.too_many_headers");
    }
  }

  @Test
  void continuationsWithoutEnd() {
    try (ServerSide side = new ServerSide().started()) {
      side.frames.frame(Frame.HEADERS, 0, 1, side.frames.block(":method", "GET"));
      List<String> answer = new ArrayList<>(side.send(side.frames));
      for (int i = 0; i < 2000 && !last(answer).startsWith("GOAWAY"); i++) {
        answer.addAll(side.send(side.frames.frame(Frame.CONTINUATION, 0, 1, literal("a", "b"))));
      }
      assertClosed(side, answer, "http2.continuation_flood");
    }
  }

  /** One byte that stands for an entry of the table, again and again. */
  @Test
  void aBombOfIndexedFieldsIsNotUnpacked() {
    Http2Settings settings = Http2Settings.builder().maxHeadersCount(100_000).build();
    try (ServerSide side = new ServerSide(settings).started()) {
      side.send(side.frames.headers(1, true, "x-large", "v".repeat(3000)));
    }
    try (ServerSide side = new ServerSide(settings).started()) {
      byte[] first = literalIndexed("x-large", "v".repeat(3000));
      byte[] bomb = new byte[10_000];
      java.util.Arrays.fill(bomb, (byte) 0xbe);
      side.frames.frame(Frame.HEADERS, Frame.END_STREAM, 1, first);
      side.frames.frame(Frame.CONTINUATION, Frame.END_HEADERS, 1, bomb);
      assertThat(side.send(side.frames)).containsExactly("RST_STREAM 1 2");
      assertThat(side.requests.getFirst().told)
          .asString()
          .endsWith("http2.header_list_size_too_large");
    }
  }

  /** A field of 200 KB that never ends must not be kept. */
  @Test
  void anEndlessFieldIsCutOff() {
    try (ServerSide side = new ServerSide().started()) {
      side.frames.frame(Frame.HEADERS, 0, 1, hex("00 7f 81 ff 7f"));
      List<String> answer = new ArrayList<>(side.send(side.frames));
      for (int i = 0; i < 100 && !last(answer).startsWith("GOAWAY"); i++) {
        answer.addAll(side.send(side.frames.frame(Frame.CONTINUATION, 0, 1, new byte[16_000])));
      }
      assertClosed(side, answer, "http2.continuation_flood");
    }
  }

  @Test
  void prioritiesBeyondTheirBudget() {
    try (ServerSide side = new ServerSide().started()) {
      for (int i = 0; i < 100; i++) {
        side.frames.frame(Frame.PRIORITY, 0, 3, new byte[5]);
      }
      assertThat(side.send(side.frames)).isEmpty();
      assertClosed(
          side,
          side.send(side.frames.frame(Frame.PRIORITY, 0, 3, new byte[5])),
          "http2.inbound_priority_frames_flood");
    }
  }

  @Test
  void windowUpdatesBeyondTheirBudget() {
    try (ServerSide side = new ServerSide().started()) {
      for (int i = 0; i < 5; i++) {
        assertThat(side.send(side.frames.windowUpdate(0, 1))).isEmpty();
      }
      assertClosed(
          side,
          side.send(side.frames.windowUpdate(0, 1)),
          "http2.inbound_window_update_frames_flood");
    }
  }

  /** A budget must not be saved up by streams that are gone. */
  @Test
  void budgetsLapse() {
    try (ServerSide side = new ServerSide().started()) {
      for (int id = 1; id < 201; id += 2) {
        side.send(side.frames.get(id));
      }
      for (int i = 0; i < 101; i++) {
        side.frames.frame(Frame.PRIORITY, 0, 1001, new byte[5]);
      }
      assertClosed(side, side.send(side.frames), "http2.inbound_priority_frames_flood");
    }
  }

  @Test
  void unknownFramesWithoutEnd() {
    try (ServerSide side = new ServerSide().started()) {
      for (int i = 0; i < 10_000; i++) {
        side.frames.frame(77, 0, 0);
      }
      assertThat(side.send(side.frames)).isEmpty();
      assertClosed(side, side.send(side.frames.frame(77, 0, 0)), "http2.inbound_idle_frames_flood");
    }
  }

  static List<Arguments> malformed() {
    String[] plain = {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"};
    return List.of(
        Arguments.of("upper case", with(plain, "X-a", "b")),
        Arguments.of("connection", with(plain, "connection", "close")),
        Arguments.of("upgrade", with(plain, "upgrade", "h2c")),
        Arguments.of("te", with(plain, "te", "gzip")),
        Arguments.of("CR LF", with(plain, "X-a", "b\r\nc: d")),
        Arguments.of("pseudo twice", with(plain, ":path", "/b")),
        Arguments.of("pseudo behind", with(plain, "host", "b", ":protocol", "x")),
        Arguments.of("unknown pseudo", with(plain, ":x", "b")),
        Arguments.of("status", with(plain, ":status", "200")),
        Arguments.of("protocol", with(plain, ":protocol", "websocket")),
        Arguments.of("content-length", with(plain, "content-length", "-1")),
        Arguments.of(
            "two content-lengths", with(plain, "content-length", "1", "content-length", "2")),
        Arguments.of("no path", new String[] {":method", "GET", ":scheme", "http"}),
        Arguments.of("no scheme", new String[] {":method", "GET", ":path", "/"}),
        Arguments.of("no method", new String[] {":path", "/", ":scheme", "http"}),
        Arguments.of("no slash", new String[] {":method", "GET", ":scheme", "http", ":path", "a"}),
        Arguments.of(
            "blank in path",
            new String[] {":method", "GET", ":scheme", "http", ":path", "/ HTTP/1.1"}),
        Arguments.of(
            "blank in method", new String[] {":method", "G T", ":scheme", "http", ":path", "/"}),
        Arguments.of(
            "user information",
            new String[] {
              ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "u:p@a"
            }),
        Arguments.of("CONNECT with path", new String[] {":method", "CONNECT", ":path", "/"}));
  }

  private static String[] with(String[] fields, String... more) {
    List<String> all = new ArrayList<>(List.of(fields));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void malformedRequests(String name, String[] fields) {
    try (ServerSide side = new ServerSide().started()) {
      List<String> answer = side.send(side.frames.headers(1, true, fields));
      assertThat(answer.getLast()).startsWith("GOAWAY 1 1 http2.");
      assertThat(side.requests.getFirst().told)
          .asString()
          .startsWith(" reset PROTOCOL_ERROR http2.");
      assertThat(side.counter("rx_messaging_error")).isEqualTo(1);
    }
    Http2Settings lenient = Http2Settings.builder().streamErrorOnInvalidHttpMessage(true).build();
    try (ServerSide side = new ServerSide(lenient).started()) {
      assertThat(side.send(side.frames.headers(1, true, fields))).containsExactly("RST_STREAM 1 1");
      assertThat(side.send(side.frames.get(3))).contains("DATA 3 end hello");
    }
  }

  @Test
  void underscores() {
    Http2Settings drop =
        Http2Settings.builder()
            .headersWithUnderscores(Http2Settings.Underscores.DROP_HEADER)
            .build();
    try (ServerSide side = new ServerSide(drop).started()) {
      side.answerAtOnce = false;
      side.send(side.frames.post(1, "x_a", "b", "x-c", "d"));
      assertThat(side.requests.getFirst().told).asString().endsWith("a, x-c: d, ");
    }
    Http2Settings reject =
        Http2Settings.builder()
            .headersWithUnderscores(Http2Settings.Underscores.REJECT_REQUEST)
            .build();
    try (ServerSide side = new ServerSide(reject).started()) {
      assertThat(side.send(side.frames.post(1, "x_a", "b"))).containsExactly("RST_STREAM 1 2");
    }
  }

  /** Random bytes, and frames with random heads: no exception, no leak, and an orderly end. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomFrames(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      try (ServerSide side = new ServerSide().started()) {
        side.answerAtOnce = random.nextBoolean();
        for (int i = 0; i < 30 && side.channel.isActive(); i++) {
          byte[] payload = new byte[random.nextInt(30)];
          random.nextBytes(payload);
          switch (random.nextInt(6)) {
            case 0 -> side.frames.get(1 + 2 * random.nextInt(8));
            case 1 -> side.frames.post(1 + 2 * random.nextInt(8));
            case 2 -> side.frames.data(1 + 2 * random.nextInt(8), random.nextBoolean(), "body");
            case 3 -> side.frames.raw(payload);
            default ->
                side.frames.frame(
                    random.nextInt(11), random.nextInt(256), random.nextInt(10), payload);
          }
          byte[] all = side.frames.take();
          int cut = random.nextInt(all.length + 1);
          side.send(java.util.Arrays.copyOf(all, cut));
          side.send(java.util.Arrays.copyOfRange(all, cut, all.length));
        }
        side.channel.checkException();
        side.channel.close();
        assertThat(side.closed).isNotNull();
        assertThat(side.connection.activeStreams()).isZero();
        assertThat(side.store.gauge("http2.streams_active").value()).isZero();
        assertThat(side.store.gauge("http2.pending_send_bytes").value()).isZero();
      }
    }
  }

  private static byte[] literal(String name, String value) {
    return field(0, name, value);
  }

  private static byte[] literalIndexed(String name, String value) {
    return field(0x40, name, value);
  }

  private static byte[] field(int kind, String name, String value) {
    byte[] text = (name + value).getBytes(StandardCharsets.ISO_8859_1);
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    out.write(kind);
    out.write(name.length());
    out.write(text, 0, name.length());
    if (value.length() < 127) {
      out.write(value.length());
    } else {
      out.write(127);
      int rest = value.length() - 127;
      for (; rest >= 128; rest >>>= 7) {
        out.write(rest & 127 | 128);
      }
      out.write(rest);
    }
    out.write(text, name.length(), value.length());
    return out.toByteArray();
  }

  private static byte[] hex(String text) {
    return java.util.HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
