package io.outrigger.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outrigger.proxy.http2.ClientSide.Response;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client side in an embedded channel: responses of all kinds, limits and ends. */
class Http2ClientConnectionTest {
  private static final Http2Settings PROBING =
      Http2Settings.builder().keepalive(0, 1000).keepaliveIdle(1).build();

  private static ClientSide client() {
    return new ClientSide(Http2Settings.DEFAULTS);
  }

  private static ClientStream stream(Response response) {
    ClientStream stream = response.stream;
    assertThat(stream).isNotNull();
    return stream;
  }

  @Test
  void greetsAndAsksAtOnce() {
    try (ClientSide side = client()) {
      side.request("GET", true);
      assertThat(side.received())
          .containsExactly(
              "preface",
              "SETTINGS",
              "WINDOW_UPDATE 0 25100289",
              "HEADERS 1 end :method: GET, :scheme: http, :path: /, :authority: a, ");
    }
  }

  @Test
  void tellsAResponseWithAllItsParts() {
    try (ClientSide side = client().started()) {
      Response response = side.request("GET", true);
      side.send(
          side.frames
              .headers(1, false, ":status", "103", "link", "x")
              .headers(1, false, ":status", "200", "x", "y")
              .data(1, false, "ab")
              .headers(1, true, "x-t", "1"));
      assertThat(response.told)
          .hasToString("1xx :status: 103, link: x, :status: 200, x: y, [ab]trailers x-t: 1, end");
      assertThat(side.life).containsExactly("available");
      assertThat(side.connection.activeStreams()).isZero();
    }
  }

  @Test
  void headAnnouncesABodyThatDoesNotCome() {
    try (ClientSide side = client().started()) {
      Response response = side.request("HEAD", true);
      side.send(side.frames.headers(1, true, ":status", "200", "content-length", "5"));
      assertThat(response.told).hasToString(":status: 200, content-length: 5, end");
      Response bad = side.request("HEAD", true);
      side.send(side.frames.headers(3, false, ":status", "200").data(3, true, "x"));
      assertThat(bad.told).asString().endsWith("reset PROTOCOL_ERROR");
    }
  }

  @ParameterizedTest
  @CsvSource({"5, abc", "2, abc"})
  void aBodyIsAsLongAsItsContentLength(String said, String body) {
    try (ClientSide side = client().started()) {
      Response response = side.request("GET", true);
      side.received();
      assertThat(
              side.send(
                  side.frames
                      .headers(1, false, ":status", "200", "content-length", said)
                      .data(1, true, body)))
          .containsExactly("RST_STREAM 1 1");
      assertThat(response.told).asString().endsWith("reset PROTOCOL_ERROR");
    }
  }

  @ParameterizedTest
  @CsvSource({"x, y", ":status, 20", ":status, 2000", ":status, 101", ":path, /", ":status, 2x0"})
  void malformedResponsesCloseTheConnection(String name, String value) {
    try (ClientSide side = client().started()) {
      Response response = side.request("GET", true);
      side.received();
      assertThat(side.send(side.frames.headers(1, false, name, value)).getLast())
          .startsWith("GOAWAY 0 1");
      assertThat(response.told).hasToString("reset PROTOCOL_ERROR");
      side.channel.close();
      assertThat(side.life).contains("closed PROTOCOL_ERROR");
    }
  }

  @Test
  void resetsAreToldByTheirKind() {
    try (ClientSide side = client().started()) {
      Response refused = side.request("GET", true);
      Response reset = side.request("GET", true);
      side.send(side.frames.reset(1, Frame.REFUSED_STREAM).reset(3, Frame.INTERNAL_ERROR));
      assertThat(refused.told).hasToString("reset REMOTE_REFUSED_STREAM");
      assertThat(reset.told).hasToString("reset REMOTE_RESET");
    }
  }

  @Test
  void goAwayRefusesWhatTheServerDidNotSee() {
    try (ClientSide side = client().started()) {
      Response first = side.request("GET", true);
      Response second = side.request("GET", true);
      side.send(side.frames.frame(Frame.GOAWAY, 0, 0, new byte[] {0, 0, 0, 1, 0, 0, 0, 0}));
      assertThat(second.told).hasToString("reset REMOTE_REFUSED_STREAM");
      assertThat(side.connection.availableStreams()).isZero();
      assertThat(side.life).containsExactly("draining");
      side.send(side.frames.headers(1, true, ":status", "204"));
      assertThat(first.told).hasToString(":status: 204, end");
      assertThat(side.channel.isActive()).isFalse();
      assertThat(side.life).contains("closed CONNECTION_TERMINATION");
    }
  }

  @Test
  void thePeersLimitOfStreamsHolds() {
    try (ClientSide side = client()) {
      assertThat(side.connection.availableStreams()).isEqualTo(100);
      side.started(Frame.MAX_CONCURRENT_STREAMS, 2);
      assertThat(side.connection.availableStreams()).isEqualTo(2);
      Response first = side.request("GET", true);
      side.request("GET", true);
      assertThat(side.connection.availableStreams()).isZero();
      stream(first).reset(ResetReason.LOCAL_RESET);
      assertThat(side.received()).contains("RST_STREAM 1 8");
      assertThat(side.connection.availableStreams()).isEqualTo(1);
      assertThat(side.life).containsExactly("available");
      side.send(side.frames.settings(Frame.MAX_CONCURRENT_STREAMS, 5000));
      assertThat(side.connection.availableStreams()).isEqualTo(1023);
    }
    try (ClientSide side = client().started()) {
      assertThat(side.connection.availableStreams()).isEqualTo(1024);
    }
  }

  @Test
  void aRequestBodyWaitsForWindow() {
    try (ClientSide side = client().started(Frame.INITIAL_WINDOW_SIZE, 2)) {
      Response response = side.request("POST", false);
      stream(response).sendData(Unpooled.copiedBuffer(new byte[] {'a', 'b', 'c'}), true);
      assertThat(side.received()).contains("DATA 1 ab");
      assertThat(side.send(side.frames.windowUpdate(1, 10))).containsExactly("DATA 1 end c");
    }
  }

  @Test
  void anEarlyResponseLetsTheRequestGoOnUntilItIsGivenUp() {
    try (ClientSide side = client().started()) {
      Response response = side.request("POST", false);
      side.send(side.frames.headers(1, true, ":status", "413"));
      assertThat(response.told).hasToString(":status: 413, end");
      stream(response).sendData(Unpooled.copiedBuffer(new byte[] {'a'}), false);
      assertThat(side.received()).containsExactly("DATA 1 a");
      side.send(side.frames.reset(1, Frame.NO_ERROR));
      // the response was whole: the sink hears nothing of the reset
      assertThat(response.told).hasToString(":status: 413, end");
      stream(response).sendData(Unpooled.copiedBuffer(new byte[] {'b'}), true);
      assertThat(side.received()).isEmpty();
      assertThat(side.connection.activeStreams()).isZero();
    }
  }

  @Test
  void aPausedResponseOutlivesItsConnection() {
    try (ClientSide side = client().started()) {
      Response response = side.request("GET", true);
      stream(response).pauseResponse();
      side.send(
          side.frames
              .headers(1, false, ":status", "200")
              .data(1, false, "ab")
              .headers(1, true, "x-t", "1"));
      side.channel.close();
      assertThat(response.told).hasToString(":status: 200, ");
      stream(response).resumeResponse();
      assertThat(response.told).hasToString(":status: 200, [ab]trailers x-t: 1, end");
    }
  }

  @Test
  void aStreamOfAClosedConnectionIsTold() {
    try (ClientSide side = client().started()) {
      Response under = side.request("GET", true);
      Response late = new Response(side.worker);
      ClientStream stream = side.connection.newStream(late);
      side.channel.close();
      assertThat(under.told).hasToString("reset CONNECTION_TERMINATION");
      io.outrigger.config.http.Headers headers = new io.outrigger.config.http.Headers();
      headers.add(":method", "GET");
      stream.sendHeaders(headers, true);
      side.channel.runPendingTasks();
      assertThat(late.told).hasToString("reset CONNECTION_TERMINATION");
    }
  }

  /** RFC 9113 section 3.4; a server of something else may never send the rest of such a frame. */
  @Test
  void aFirstFrameOtherThanSettingsFailsByItsHead() {
    try (ClientSide side = client()) {
      side.received();
      side.channel.writeInbound(
          Unpooled.copiedBuffer(new byte[] {0, 22, 32, 't', 'h', 'i', 's', 0, 0}));
      assertThat(side.received()).last().asString().startsWith("GOAWAY");
    }
  }

  @Test
  void aSilentPeerIsAskedBeforeTheNextStream() {
    try (ClientSide side = new ClientSide(PROBING).started()) {
      long since = System.nanoTime();
      while (System.nanoTime() - since < 3_000_000) {
        Thread.onSpinWait(); // the peer is silent for longer than a millisecond
      }
      side.request("GET", true);
      assertThat(side.received())
          .satisfiesExactly(
              ping -> assertThat(ping).startsWith("PING "),
              head -> assertThat(head).startsWith("HEADERS 1"));
      side.request("GET", true); // one question is enough
      assertThat(side.received()).noneMatch(frame -> frame.startsWith("PING"));
      side.channel.advanceTimeBy(2, TimeUnit.SECONDS);
      side.channel.runScheduledPendingTasks();
      assertThat(side.store.counter("http2.keepalive_timeout").value()).isOne();
    }
  }

  @Test
  void pushIsRefused() {
    try (ClientSide side = client().started()) {
      side.request("GET", true);
      side.received();
      assertThat(side.send(side.frames.frame(Frame.PUSH_PROMISE, 4, 1, new byte[] {0, 0, 0, 2})))
          .containsExactly("GOAWAY 0 1 PUSH_PROMISE is refused");
    }
  }

  @Test
  void streamsAreUsedAgainOnceReleased() {
    try (ClientSide side = client().started()) {
      Response first = side.request("GET", true);
      side.send(side.frames.headers(1, true, ":status", "204"));
      ClientStream stream = stream(first);
      stream.release();
      Response second = side.request("GET", true);
      assertThat(second.stream).isSameAs(stream);
      side.send(side.frames.headers(3, true, ":status", "200"));
      assertThat(second.told).hasToString(":status: 200, end");
      assertThat(first.told).hasToString(":status: 204, end");
    }
  }
}
