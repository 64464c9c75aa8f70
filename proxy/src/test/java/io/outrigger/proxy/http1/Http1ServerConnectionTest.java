package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http1.Http1Settings.Underscores;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server codec makes of bytes, wherever they are cut, and what it answers. */
final class Http1ServerConnectionTest {
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  private static Http1Settings settings(String... options) {
    List<String> on = List.of(options);
    return new Http1Settings(
        1000,
        10,
        on.contains("reject_underscores")
            ? Underscores.REJECT_REQUEST
            : on.contains("drop_underscores") ? Underscores.DROP_HEADER : Underscores.ALLOW,
        true,
        on.contains("default_host") ? "default" : "",
        true,
        on.contains("chunked_length"),
        on.contains("trailers"),
        on.contains("proper_case")
            ? Http1Settings.Names.PROPER_CASE_WORDS
            : Http1Settings.Names.LOWER_CASE,
        false,
        false,
        false,
        on.contains("timeout") ? 500 : 0,
        false,
        1000,
        1 << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n=> :method: GET|:path: /|:scheme: http|:authority: a| end",
        "\r\n\nGET  /\tHTTP/1.1  \nHOST:a\nX-Y:  b c \t\n\n"
            + "=> :method: GET|:path: /|:scheme: http|:authority: a|x-y: b c| end",
        "GET / HTTP/1.1\r\nhost: a\r\nx: 1\r\n\t 2\r\n   3  \r\n\r\n"
            + "=> :method: GET|:path: /|:scheme: http|:authority: a|x: 1\t 2   3| end",
        "GET / HTTP/1.1\r\nhost: a\r\nx: a\rb\r\n\r\n"
            + "=> :method: GET|:path: /|:scheme: http|:authority: a|x: ab| end",
        "POST /p HTTP/1.1\r\nhost: a\r\ncontent-length: 05\r\n\r\nhello"
            + "=> :method: POST|:path: /p|:scheme: http|:authority: a|content-length: 05|;body hello",
        "POST /p HTTP/1.1\r\nhost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "3;ext=1\r\nabc\r\n0a \r\n0123456789\r\n0\r\nt: 1\r\n\r\n"
            + "=> :method: POST|:path: /p|:scheme: http|:authority: a|;body abc0123456789",
        "GET http://u:p@h:8/x?y HTTP/1.1\r\nhost: other\r\n\r\n"
            + "=> :method: GET|:path: /x?y|:scheme: http|:authority: h:8| end",
        "GET HTTP://h?q=1 HTTP/1.1\r\nhost: h\r\n\r\n"
            + "=> :method: GET|:path: /?q=1|:scheme: http|:authority: h| end",
        "GET http://h HTTP/1.1\r\n\r\n=> :method: GET|:path: /|:scheme: http|:authority: h| end",
        "OPTIONS * HTTP/1.1\r\nhost:\r\n\r\n"
            + "=> :method: OPTIONS|:path: *|:scheme: http|:authority: | end",
        "GET / HTTP/1.1\r\n\r\n=> :method: GET|:path: /|:scheme: http| end",
        "GET / HTTP/1.0\r\n\r\n=> :method: GET|:path: /|:scheme: http| end",
      })
  void readsARequestCutAnywhere(String example) {
    String[] parts = example.split("=> ", -1);
    String bytes = parts[0];
    List<String> expected = List.of(parts[1].split(";"));
    for (int cut = 0; cut <= bytes.length(); cut++) {
      var transcript = new ServerTranscript(settings(), true);
      transcript.read(bytes.substring(0, cut));
      transcript.read(bytes.substring(cut));
      assertThat(transcript.events)
          .as("cut at %d", cut)
          .startsWith(expected.toArray(new String[0]));
      assertThat(transcript.written()).contains(" 200 OK\r\n").endsWith("\r\n\r\nok");
      transcript.finish();
    }
    var bytewise = new ServerTranscript(settings(), true);
    bytes.chars().forEach(b -> bytewise.read(String.valueOf((char) b)));
    assertThat(bytewise.events).startsWith(expected.toArray(new String[0]));
    bytewise.finish();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: 1\\r\\ncontent-length: 1\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: 1, 1\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: +1\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: 99999999999999999999\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: \\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ntransfer-encoding: gzip\\r\\n\\r\\n!501 http1.invalid_transfer_encoding",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ntransfer-encoding: chunked, chunked\\r\\n\\r\\n!501 http1.invalid_transfer_encoding",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ntransfer-encoding: chunked\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n!501 http1.invalid_transfer_encoding",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\ntransfer-encoding: chunked\\r\\ncontent-length: 1\\r\\n\\r\\n!400 http1.content_length_and_chunked_not_allowed",
        "GET / HTTP/1.1\\r\\nhost: a\\r\\nhost: b\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nhost : a\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\n: a\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nna me: a\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nname\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\n folded: a\\r\\n\\r\\n!400 http1.codec_error",
        "GET / HTTP/1.1\\r\\nx: a\\0b\\r\\n\\r\\n!400 http1.invalid_characters",
        "GET / HTTP/1.1\\r\\nx: a\\x7fb\\r\\n\\r\\n!400 http1.invalid_characters",
        "get / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n!400 http1.codec_error",
        "NOPE / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n!400 http1.codec_error",
        "GET /\\r\\nhost: a\\r\\n\\r\\n!426 low_version",
        "GET / HTTP/2.0\\r\\nhost: a\\r\\n\\r\\n!426 low_version",
        "GET / x HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n!400 http1.codec_error",
        "GET ftp://a/ HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n!400 http1.invalid_scheme",
        "GET path HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n!400 http1.codec_error",
        "GET http:/// HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n!400 http1.codec_error",
        "CONNECT a:1 HTTP/1.1\\r\\nhost: a\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n!400 http1.transfer_encoding_not_allowed",
        "\\tGET / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n!400 http1.codec_error",
        "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n!400 http1.codec_error",
        "\\x16\\x03\\x01\\x02\\0\\n!400 http1.codec_error",
      })
  void refusesAHeadAndCloses(String escaped, String expected) {
    var transcript = new ServerTranscript(settings(), true);
    transcript.read(unescape(escaped));
    assertThat(transcript.events.getFirst()).isEqualTo("rejected " + expected);
    assertThat(transcript.written())
        .startsWith("HTTP/1.1 " + expected.substring(0, 3))
        .contains("connection: close\r\n");
    transcript.channel.advanceTimeBy(2, TimeUnit.SECONDS);
    transcript.channel.runScheduledPendingTasks();
    transcript.finish();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "-1\r\n",
        "+1\r\n",
        " 1\r\n",
        "0x1\r\n",
        "1\n",
        "1;a\n",
        "ffffffffffffffffff\r\n",
        "1\r\nab\r\n",
        "1\r\na\n",
        "\r\n",
        "0\r\nbad name: 1\r\n",
      })
  void refusesChunksThatAreWrong(String chunks) {
    var transcript = new ServerTranscript(settings(), false);
    transcript.read("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n" + chunks);
    assertThat(transcript.events.get(1)).isEqualTo("rejected 400 http1.codec_error");
    transcript.finish();
  }

  @Test
  void boundsAHeadWhileItComes() {
    var many = new ServerTranscript(settings(), true);
    many.read("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(11));
    assertThat(many.events).first().isEqualTo("rejected 431 http1.too_many_headers");
    many.finish();
    var large = new ServerTranscript(settings(), true);
    large.read("GET / HTTP/1.1\r\nx: ");
    large.read("y".repeat(600));
    assertThat(large.events).isEmpty();
    large.read("y".repeat(600));
    assertThat(large.events).first().isEqualTo("rejected 431 http1.headers_too_large");
    large.finish();
    var blank = new ServerTranscript(settings(), true);
    blank.read("\r\n".repeat(600));
    assertThat(blank.events).first().isEqualTo("rejected 431 http1.headers_too_large");
    blank.finish();
  }

  @Test
  void answersPipelinedRequestsInOrder() {
    var transcript = new ServerTranscript(settings(), false);
    transcript.read(
        "GET /1 HTTP/1.1\r\nhost: a\r\n\r\nPOST /2 HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx"
            + "GET /3 HTTP/1.1\r\nhost: a\r\n\r\n");
    assertThat(transcript.events).hasSize(1);
    assertThat(transcript.channel.config().isAutoRead()).isFalse();
    transcript.respond(transcript.streams.getLast(), 200, "one");
    assertThat(transcript.written()).endsWith("one");
    assertThat(transcript.events).hasSize(3).last().isEqualTo("body x");
    transcript.respond(transcript.streams.getLast(), 200, "two");
    assertThat(transcript.written()).endsWith("two");
    transcript.respond(transcript.streams.getLast(), 200, "three");
    assertThat(transcript.written()).endsWith("three");
    assertThat(transcript.channel.config().isAutoRead()).isTrue();
    assertThat(transcript.channel.isOpen()).isTrue();
    transcript.finish();
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1,close,true",
    "HTTP/1.1,'x, CLOSE',true",
    "HTTP/1.1,x,false",
    "HTTP/1.0,x,true",
    "HTTP/1.0,Keep-Alive,false",
  })
  void closesWhenTheClientAsks(String version, String connection, boolean closes) {
    var transcript = new ServerTranscript(settings(), true);
    transcript.read("GET / " + version + "\r\nhost: a\r\nconnection: " + connection + "\r\n\r\n");
    String answer = transcript.written();
    assertThat(answer).startsWith(version + " 200 OK\r\n");
    assertThat(answer.contains("connection: close\r\n")).isEqualTo(closes);
    assertThat(transcript.channel.isOpen()).isNotEqualTo(closes);
    transcript.finish();
  }

  @Test
  void framesResponses() {
    var transcript = new ServerTranscript(settings("trailers", "proper_case"), false);
    transcript.read("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    Headers headers = new Headers();
    headers.add(":status", "200");
    headers.add("x-some-thing", "Kept As Is");
    var stream = transcript.streams.getLast();
    stream.sendHeaders(headers, false);
    stream.sendData(Unpooled.copiedBuffer("x".repeat(26), StandardCharsets.ISO_8859_1), false);
    Headers trailers = new Headers();
    trailers.add("t", "1");
    stream.sendTrailers(trailers);
    assertThat(transcript.written())
        .isEqualTo(
            "HTTP/1.1 200 OK\r\nX-Some-Thing: Kept As Is\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n"
                + "x".repeat(26)
                + "\r\n0\r\nt: 1\r\n\r\n");
    transcript.read("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n");
    transcript.respond(transcript.streams.getLast(), 200, "body");
    assertThat(transcript.written()).endsWith("Content-Length: 4\r\n\r\n");
    transcript.read("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    transcript.respond(transcript.streams.getLast(), 204, "");
    assertThat(transcript.written()).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
    transcript.read("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    transcript.respond(transcript.streams.getLast(), 500, "");
    assertThat(transcript.written())
        .isEqualTo("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    transcript.finish();
  }

  @Test
  void passesTrailersAndDropsLengthBesideChunkedWhenAllowed() {
    var transcript = new ServerTranscript(settings("trailers", "chunked_length"), true);
    transcript.read(
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n"
            + "1\r\na\r\n0\r\nT: 1\r\n\r\n");
    assertThat(transcript.events)
        .containsExactly(
            ":method: POST|:path: /|:scheme: http|:authority: a|", "body a trailers t: 1|");
    transcript.finish();
  }

  @Test
  void handlesUnderscores() {
    String request = "GET / HTTP/1.1\r\nhost: a\r\nx_y: 1\r\n\r\n";
    var drop = new ServerTranscript(settings("drop_underscores"), true);
    drop.read(request);
    assertThat(drop.events.getFirst()).doesNotContain("x_y");
    drop.finish();
    var reject = new ServerTranscript(settings("reject_underscores"), true);
    reject.read(request);
    assertThat(reject.events.getFirst()).isEqualTo("rejected 400 http1.unexpected_underscore");
    reject.finish();
  }

  @Test
  void tunnelsAnAcceptedUpgradeAndIgnoresAnother() {
    var transcript = new ServerTranscript(settings(), false);
    String head = "GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: ";
    transcript.read(head + "other\r\n\r\n");
    assertThat(transcript.events).hasSize(1).last().asString().endsWith(" end");
    transcript.respond(transcript.streams.getLast(), 200, "plain");
    assertThat(transcript.written()).endsWith("plain");
    transcript.read(head + "echo\r\n\r\n");
    var stream = transcript.streams.getLast();
    Headers switching = new Headers();
    switching.add(":status", "101");
    switching.add("connection", "upgrade");
    stream.sendHeaders(switching, false);
    stream.sendData(Unpooled.copiedBuffer("raw", StandardCharsets.ISO_8859_1), false);
    assertThat(transcript.written())
        .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\r\nraw");
    transcript.read("GET not a request");
    assertThat(transcript.events).hasSize(2);
    transcript.finish();
    assertThat(transcript.events)
        .contains("reset CONNECTION_TERMINATION downstream_remote_disconnect");
  }

  @Test
  void timesAHeadOut() {
    var transcript = new ServerTranscript(settings("timeout"), true);
    transcript.channel.freezeTime();
    transcript.read("GET / HTTP/1.1\r\n");
    assertThat(transcript.worker.timers().armed()).isEqualTo(1);
    transcript.read("host: a\r\n\r\n");
    assertThat(transcript.worker.timers().armed()).isZero();
    assertThat(transcript.written()).isEqualTo(OK);
    transcript.finish();
  }

  @Test
  void pausesTheBodyWhileTheSinkIsFull() {
    var transcript = new ServerTranscript(settings(), false);
    transcript.read("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nab");
    var stream = transcript.streams.getLast();
    stream.pauseRequest();
    transcript.read("cd");
    assertThat(transcript.events).hasSize(1);
    assertThat(transcript.channel.config().isAutoRead()).isFalse();
    stream.resumeRequest();
    transcript.channel.runPendingTasks();
    assertThat(transcript.events).last().isEqualTo("body abcd");
    assertThat(transcript.channel.config().isAutoRead()).isTrue();
    transcript.finish();
  }

  @Test
  void closesAfterAnEarlyResponse() {
    var transcript = new ServerTranscript(settings(), false);
    transcript.read("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nab");
    transcript.respond(transcript.streams.getLast(), 413, "");
    assertThat(transcript.written()).contains("connection: close\r\n");
    transcript.read("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assertThat(transcript.events).hasSize(1);
    transcript.finish();
  }

  @Test
  void drainsAnIdleConnectionAtOnceAndABusyOneAfterItsResponse() {
    var idle = new ServerTranscript(settings(), true);
    idle.connection.drain();
    assertThat(idle.channel.isOpen()).isFalse();
    var busy = new ServerTranscript(settings(), false);
    busy.read("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    busy.connection.drain();
    assertThat(busy.channel.isOpen()).isTrue();
    busy.respond(busy.streams.getLast(), 200, "x");
    assertThat(busy.written()).contains("connection: close\r\n");
    assertThat(busy.channel.isOpen()).isFalse();
  }

  private static String unescape(String text) {
    return text.replace("\\r", "\r")
        .replace("\\n", "\n")
        .replace("\\0", "\0")
        .replace("\\t", "\t")
        .replace("\\x7f", "\u007f")
        .replace("\\x16", "\u0016")
        .replace("\\x03", "\u0003")
        .replace("\\x01", "\u0001")
        .replace("\\x02", "\u0002");
  }
}
