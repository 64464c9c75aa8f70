package io.outrigger.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpPrefaceTest {
  @Test
  void requestLinesAreToldByTheirVersion() {
    assertThat(look("GET / HTTP/1.1\r\n")).isEqualTo(HttpPreface.HTTP_1_1);
    assertThat(look("GET / HTTP/1.1\n")).isEqualTo(HttpPreface.HTTP_1_1);
    assertThat(look("\r\nPOST /a?b HTTP/1.0\r\nHost: x")).isEqualTo(HttpPreface.HTTP_1_0);
    assertThat(look("M-SEARCH * HTTP/1.1\r\n")).isEqualTo(HttpPreface.HTTP_1_1);
    assertThat(look("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo(HttpPreface.HTTP_2);
  }

  @Test
  void everyPrefixOfARequestLineAsksForMore() {
    for (String whole :
        List.of("OPTIONS http://a/b HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
      for (int length = 1; length < whole.length(); length++) {
        assertThat(look(whole.substring(0, length)))
            .as(whole.substring(0, length))
            .isEqualTo(HttpPreface.NEED_MORE);
      }
    }
  }

  @Test
  void otherProtocolsAreToldAtOnce() {
    for (String text :
        List.of(
            "*1\r\n$4\r\nPING\r\n",
            "\u0016\u0003\u0001",
            "X",
            "GETX",
            "SSH-2.0-x",
            "GET /\r\n",
            "GET  HTTP/1.1\r\n",
            "GET /HTTP/1.1\r\n",
            "GET / HTTP/3.0\r\n",
            "GET / HTTP/1.2\r\n",
            "PRI * HTTP/2.0\r\n\r\nXX")) {
      assertThat(look(text)).as(text).isEqualTo(HttpPreface.NOT_HTTP);
    }
  }

  @Test
  void aLineWithoutEndIsGivenUp() {
    assertThat(look("GET /" + "a".repeat(HttpPreface.MAX_INSPECTED)))
        .isEqualTo(HttpPreface.NOT_HTTP);
  }

  private static HttpPreface look(String text) {
    return HttpPreface.look(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
