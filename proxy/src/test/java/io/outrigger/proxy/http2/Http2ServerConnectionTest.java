package io.outrigger.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server side in an embedded channel: messages, windows and drains. */
class Http2ServerConnectionTest {
  private static final String GET_TOLD =
      ":method: GET, :scheme: http, :path: /, :authority: a, end";

  @Test
  void greetsWithEnvoysSettings() {
    try (ServerSide side = new ServerSide()) {
      assertThat(side.received()).containsExactly("SETTINGS", "WINDOW_UPDATE 0 25100289");
      assertThat(side.send(side.frames.preface())).containsExactly("SETTINGS ack");
    }
  }

  @Test
  void answersARequestCutAtEveryByte() {
    byte[] whole;
    try (ServerSide side = new ServerSide()) {
      whole =
          side.frames
              .preface()
              .get(1)
              .post(3, "x-a", "b")
              .frame(
                  Frame.DATA, Frame.PADDED, 3, (byte) 2, (byte) 'a', (byte) 'b', (byte) 0, (byte) 0)
              .data(3, false, "cd")
              .headers(3, true, "x-t", "1")
              .frame(Frame.PING, 0, 0, new byte[8])
              .take();
    }
    for (int cut = 0; cut <= whole.length; cut++) {
      try (ServerSide side = new ServerSide()) {
        List<String> answer = new ArrayList<>(side.received());
        answer.addAll(side.send(Arrays.copyOf(whole, cut)));
        answer.addAll(side.send(Arrays.copyOfRange(whole, cut, whole.length)));
        assertThat(answer)
            .containsExactly(
                "SETTINGS",
                "WINDOW_UPDATE 0 25100289",
                "SETTINGS ack",
                "HEADERS 1 :status: 200, ",
                "DATA 1 end hello",
                "HEADERS 3 :status: 200, ",
                "DATA 3 end hello",
                "PING ack 0");
        assertThat(side.requests.get(0).told).hasToString(GET_TOLD);
        assertThat(side.requests.get(1).told.toString().replace("][", ""))
            .isEqualTo(
                ":method: POST, :scheme: http, :path: /, :authority: a, x-a: b, [abcd]"
                    + "trailers x-t: 1, end");
        assertThat(side.connection.activeStreams()).isZero();
      }
    }
  }

  @Test
  void aByteAtATimeIsAsGood() {
    try (ServerSide side = new ServerSide()) {
      byte[] whole = side.frames.preface().post(1).data(1, true, "abc").take();
      List<String> answer = new ArrayList<>();
      for (byte b : whole) {
        answer.addAll(side.send(new byte[] {b}));
      }
      assertThat(answer).contains("HEADERS 1 :status: 200, ", "DATA 1 end hello");
      assertThat(side.requests.getFirst().told).asString().endsWith("[a][b][c]end");
    }
  }

  @Test
  void headersMayGoOnInContinuations() {
    try (ServerSide side = new ServerSide().started()) {
      byte[] block =
          side.frames.block(
              ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x", "y");
      side.frames.frame(Frame.HEADERS, Frame.END_STREAM, 1, Arrays.copyOf(block, 2));
      for (int i = 2; i < block.length; i++) {
        int end = i == block.length - 1 ? Frame.END_HEADERS : 0;
        side.frames.frame(Frame.CONTINUATION, end, 1, block[i]);
      }
      assertThat(side.send(side.frames)).contains("DATA 1 end hello");
      assertThat(side.requests.getFirst().told)
          .hasToString(":method: GET, :scheme: http, :path: /, :authority: a, x: y, end");
    }
  }

  @Test
  void hostBecomesAuthorityAndCrumbsOneCookie() {
    try (ServerSide side = new ServerSide().started()) {
      side.send(
          side.frames.headers(
              1, true, ":method", "GET", ":scheme", "http", ":path", "/", "host", "h", "cookie",
              "a=b", "cookie", "c=d"));
      assertThat(side.requests.getFirst().told)
          .hasToString(
              ":method: GET, :scheme: http, :path: /, cookie: a=b; c=d, :authority: h, end");
    }
  }

  @Test
  void aBodyWaitsForWindowAndIsSentInTurn() {
    try (ServerSide side = new ServerSide()) {
      side.answerAtOnce = false;
      side.send(side.frames.raw(Frames.PREFACE).settings(Frame.INITIAL_WINDOW_SIZE, 3));
      side.send(side.frames.get(1).get(3));
      side.requests.get(0).answer("abcdef");
      side.requests.get(1).answer("ABCDEF");
      assertThat(side.received())
          .containsExactly(
              "HEADERS 1 :status: 200, ", "DATA 1 abc", "HEADERS 3 :status: 200, ", "DATA 3 ABC");
      assertThat(side.send(side.frames.windowUpdate(3, 2))).containsExactly("DATA 3 DE");
      assertThat(side.send(side.frames.settings(Frame.INITIAL_WINDOW_SIZE, 5)))
          .containsExactly("SETTINGS ack", "DATA 1 de", "DATA 3 end F");
      assertThat(side.store.gauge("http2.pending_send_bytes").value()).isEqualTo(1);
      assertThat(side.send(side.frames.windowUpdate(1, 1))).containsExactly("DATA 1 end f");
      assertThat(side.connection.activeStreams()).isZero();
    }
  }

  @Test
  void theConnectionsWindowIsSharedInFrames() {
    try (ServerSide side = new ServerSide()) {
      side.answerAtOnce = false;
      side.send(side.frames.raw(Frames.PREFACE).settings(Frame.INITIAL_WINDOW_SIZE, 1 << 20));
      side.send(side.frames.get(1).get(3));
      side.requests.get(0).answer("a".repeat(65_535));
      side.requests.get(1).answer("b".repeat(20_000));
      assertThat(side.received().stream().mapToInt(String::length).sum()).isGreaterThan(65_535);
      // the first took all: the second has its turn when there is more
      List<String> more = side.send(side.frames.windowUpdate(0, 40_000));
      assertThat(more).hasSize(2);
      assertThat(more.get(0)).startsWith("DATA 3 bbb").hasSize(7 + 16_384);
      assertThat(more.get(1)).startsWith("DATA 3 end bbb");
    }
  }

  @Test
  void trailersWaitBehindTheBody() {
    try (ServerSide side = new ServerSide()) {
      side.answerAtOnce = false;
      side.send(side.frames.raw(Frames.PREFACE).settings(Frame.INITIAL_WINDOW_SIZE, 1));
      side.send(side.frames.get(1));
      Headers response = new Headers();
      response.add(HeaderName.STATUS, "200");
      Headers trailers = new Headers();
      trailers.add("x-t", "1");
      ServerSide.Request request = side.requests.getFirst();
      request.stream.sendHeaders(response, false);
      request.stream.sendData(Unpooled.copiedBuffer(new byte[] {'a', 'b'}), false);
      request.stream.sendTrailers(trailers);
      assertThat(side.received()).containsExactly("HEADERS 1 :status: 200, ", "DATA 1 a");
      assertThat(side.send(side.frames.windowUpdate(1, 5)))
          .containsExactly("DATA 1 b", "HEADERS 1 end x-t: 1, ");
    }
  }

  @Test
  void aSourceIsToldWhenThereIsRoom() {
    Http2Settings settings = Http2Settings.builder().streamBufferLimit(10).build();
    try (ServerSide side = new ServerSide(settings)) {
      side.answerAtOnce = false;
      side.send(side.frames.raw(Frames.PREFACE).settings(Frame.INITIAL_WINDOW_SIZE, 0));
      side.send(side.frames.get(1));
      ServerSide.Request request = side.requests.getFirst();
      Headers response = new Headers();
      response.add(HeaderName.STATUS, "200");
      request.stream.sendHeaders(response, false);
      request.stream.sendData(Unpooled.copiedBuffer(new byte[9]), false);
      assertThat(request.stream.isWritable()).isTrue();
      request.stream.sendData(Unpooled.copiedBuffer(new byte[9]), false);
      assertThat(request.stream.isWritable()).isFalse();
      side.send(side.frames.windowUpdate(1, 10));
      assertThat(request.told).asString().doesNotContain("writable");
      side.send(side.frames.windowUpdate(1, 5));
      assertThat(request.told).asString().endsWith("writable");
    }
  }

  @Test
  void aPausedBodyIsHeldAndItsWindowToo() {
    Http2Settings settings = Http2Settings.builder().initialStreamWindowSize(65_536).build();
    try (ServerSide side = new ServerSide(settings).started()) {
      side.answerAtOnce = false;
      side.send(side.frames.post(1));
      ServerSide.Request request = side.requests.getFirst();
      request.stream.pauseRequest();
      request.stream.pauseRequest();
      for (int i = 0; i < 3; i++) {
        assertThat(side.send(side.frames.data(1, false, "x".repeat(16_000)))).isEmpty();
      }
      side.send(side.frames.headers(1, true, "x-t", "1"));
      request.stream.resumeRequest();
      assertThat(request.told).asString().doesNotContain("x");
      request.stream.resumeRequest();
      assertThat(request.told).asString().contains("xxx").endsWith("trailers x-t: 1, end");
    }
    try (ServerSide side = new ServerSide(settings).started()) {
      side.answerAtOnce = false;
      side.send(side.frames.post(1));
      side.requests.getFirst().stream.pauseRequest();
      for (int i = 0; i < 3; i++) {
        side.send(side.frames.data(1, false, "x".repeat(16_000)));
      }
      side.requests.getFirst().stream.resumeRequest();
      assertThat(side.received()).containsExactly("WINDOW_UPDATE 1 48000");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, true, RST_STREAM 1 1", // shorter than said
    "3, true, RST_STREAM 1 1", // longer
    "3, false, RST_STREAM 1 1"
  })
  void aBodyIsAsLongAsItsContentLength(int said, boolean end, String answer) {
    try (ServerSide side = new ServerSide().started()) {
      side.send(side.frames.post(1, "content-length", Integer.toString(said)));
      assertThat(side.send(side.frames.data(1, end, "abcd"))).containsExactly(answer);
      assertThat(side.requests.getFirst().told)
          .asString()
          .endsWith("reset PROTOCOL_ERROR http2.violation.of.messaging.rule");
    }
  }

  @Test
  void moreStreamsThanAllowedAreRefused() {
    Http2Settings settings = Http2Settings.builder().maxConcurrentStreams(2).build();
    try (ServerSide side = new ServerSide(settings).started()) {
      side.answerAtOnce = false;
      assertThat(side.send(side.frames.get(1).get(3).get(5))).containsExactly("RST_STREAM 5 7");
      side.requests.get(0).answer("");
      side.answerAtOnce = true;
      assertThat(side.send(side.frames.get(7))).contains("DATA 7 end hello");
    }
  }

  @Test
  void drainsInTwoSteps() {
    try (ServerSide side = new ServerSide().started()) {
      side.answerAtOnce = false;
      side.send(side.frames.get(1));
      side.connection.drain();
      List<String> first = side.received();
      assertThat(first.get(0)).isEqualTo("GOAWAY 2147483647 0 ");
      assertThat(first.get(1)).startsWith("PING ");
      side.send(side.frames.get(3));
      assertThat(side.requests).hasSize(2);
      long payload = Long.parseLong(first.get(1).substring(5));
      byte[] ack = Unpooled.buffer().writeLong(payload).array();
      assertThat(side.send(side.frames.frame(Frame.PING, Frame.ACK, 0, Arrays.copyOf(ack, 8))))
          .containsExactly("GOAWAY 3 0 ");
      assertThat(side.send(side.frames.get(5))).containsExactly("RST_STREAM 5 7");
      side.requests.get(0).answer("a");
      side.requests.get(1).answer("b");
      assertThat(side.received()).contains("DATA 1 end a", "DATA 3 end b");
      // a request that crossed the last GOAWAY must not meet a connection that is gone
      assertThat(side.send(side.frames.get(7))).containsExactly("RST_STREAM 7 7");
      assertThat(side.channel.isActive()).isTrue();
      pass(side, 1);
      assertThat(side.channel.isActive()).isFalse();
      assertThat(side.closed).isEmpty();
    }
  }

  @Test
  void drainsThoughThePeerAnswersNoPing() {
    try (ServerSide side = new ServerSide().started()) {
      side.connection.drain();
      side.received();
      pass(side, 5);
      assertThat(side.received()).containsExactly("GOAWAY 0 0 ");
      pass(side, 1);
      assertThat(side.channel.isActive()).isFalse();
    }
  }

  private static void pass(ServerSide side, int seconds) {
    side.channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    side.channel.runScheduledPendingTasks();
  }

  @Test
  void anEarlyAnswerIsSentBeforeTheRequestIsGivenUp() {
    try (ServerSide side = new ServerSide()) {
      side.answerAtOnce = false;
      side.send(side.frames.raw(Frames.PREFACE).settings(Frame.INITIAL_WINDOW_SIZE, 2));
      side.send(side.frames.post(1));
      ServerSide.Request request = side.requests.getFirst();
      request.answer("abc");
      request.stream.reset(io.outrigger.proxy.stream.ResetReason.LOCAL_RESET);
      assertThat(side.received()).containsExactly("HEADERS 1 :status: 200, ", "DATA 1 ab");
      assertThat(side.send(side.frames.windowUpdate(1, 1)))
          .containsExactly("DATA 1 end c", "RST_STREAM 1 0");
      // what was under way of the request is taken without a word
      assertThat(side.send(side.frames.data(1, true, "late"))).isEmpty();
      assertThat(side.closed).isNull();
    }
  }

  @Test
  void aReaderWhoNeverTakesItsResponseIsCutOff() {
    Http2Settings settings = Http2Settings.builder().streamFlushTimeoutMillis(1).build();
    try (ServerSide side = new ServerSide(settings)) {
      side.send(side.frames.raw(Frames.PREFACE).settings(Frame.INITIAL_WINDOW_SIZE, 0));
      List<String> answer = new ArrayList<>(side.send(side.frames.get(1)));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (side.counter("tx_flush_timeout") == 0 && System.nanoTime() < deadline) {
        side.channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        side.channel.runScheduledPendingTasks();
      }
      answer.addAll(side.received());
      assertThat(answer).contains("RST_STREAM 1 8");
    }
  }

  @Test
  void aClosedConnectionIsNotHeldUntilItsReaderIsLate() {
    try (ServerSide side = new ServerSide()) {
      side.send(side.frames.raw(Frames.PREFACE).settings(Frame.INITIAL_WINDOW_SIZE, 0));
      side.send(side.frames.get(1));
      assertThat(side.channel.runScheduledPendingTasks()).isPositive();
      side.connection.close();
      assertThat(side.channel.runScheduledPendingTasks()).isEqualTo(-1);
    }
  }

  @Test
  void aConnectionThatEndsResetsItsStreams() {
    try (ServerSide side = new ServerSide().started()) {
      side.answerAtOnce = false;
      side.send(side.frames.post(1));
      side.channel.close();
      assertThat(side.requests.getFirst().told)
          .asString()
          .endsWith("reset CONNECTION_TERMINATION downstream_remote_disconnect");
      assertThat(side.store.gauge("http2.streams_active").value()).isZero();
    }
  }
}
