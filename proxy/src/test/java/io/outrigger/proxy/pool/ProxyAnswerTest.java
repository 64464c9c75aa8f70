package io.outrigger.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyAnswerTest {
  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK|||, 19",
    "HTTP/1.1 200 OK|a: b|||, 25",
    "HTTP/1.0 200||, 16",
    "HTTP/1.1 200 OK|||the rest, 19",
    "HTTP/1.1 200 OK|content-length: 9|||the rest, 38",
    "HTTP/1.1 200 OK, -1",
    "HTTP/1.1 200 OK|, -1",
    "HTTP/1.1 20, -1",
    "'', -1",
    "HTTP/1.1 2000 OK|||, -2",
    "HTTP/1.1 201 Created|||, -2",
    "HTTP/1.1 100 Continue|||HTTP/1.1 200 OK|||, -2",
    "HTTP/1.1 403 Forbidden, -2",
    "HTTP/2 200, -2",
    "HTTP/1.x 200, -2",
    "nothing of HTTP, -2",
    "'|HTTP/1.1 200 OK|||', -2",
  })
  void onlyA200OpensTheWay(String bytes, int end) {
    // a bar is a line's end, and three of them the empty line after it
    String wire = bytes.replace("|||", "\r\n\r\n").replace("|", "\r\n");
    assertThat(end(wire)).isEqualTo(end);
  }

  @Test
  void bareNewlinesEndLinesToo() {
    assertThat(end("HTTP/1.1 200 OK\n\nrest")).isEqualTo(17);
  }

  @Test
  void aHeadHas2000BytesAtMost() {
    String head = "HTTP/1.1 200 OK\r\na: ";
    String fits = head + "x".repeat(2000 - head.length() - 4) + "\r\n\r\n";
    assertThat(end(fits)).isEqualTo(2000);
    assertThat(end(fits.substring(0, 1999))).isEqualTo(ProxyAnswer.INCOMPLETE);
    assertThat(end("HTTP/1.1 200 OK\r\na: x" + fits.substring(head.length())))
        .isEqualTo(ProxyAnswer.REFUSED);
  }

  private static int end(String wire) {
    ByteBuf bytes = Unpooled.copiedBuffer("skipped" + wire, StandardCharsets.ISO_8859_1);
    return ProxyAnswer.end(bytes.skipBytes("skipped".length()));
  }
}
