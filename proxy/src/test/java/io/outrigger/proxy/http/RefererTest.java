package io.outrigger.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefererTest {
  private static boolean isValid(String referer) {
    Headers headers = new Headers();
    headers.add(HeaderName.REFERER, referer);
    return Referer.isValid(headers, headers.find(HeaderName.REFERER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h.test/",
        "https://h:65535?q",
        "android-app://com.x/",
        "http://[::1]:80/p",
        "http://@h/",
        "http://h/x#",
        "/p/a:b?q",
        "h.test",
        "",
        "http://h/a<b"
      })
  void urlsStay(String referer) {
    assertThat(isValid(referer)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://u@h/",
        "http://h/#f",
        "http://h:65536/",
        "http://h:/",
        "http:///p",
        "http://h_t/",
        "about:blank",
        "a:b",
        "/p#f",
        "/a b",
        "http://h/a b",
        "/\u00e9",
        "http://h/\u00e9",
        "http://[::1/",
        "1http://h/"
      })
  void othersGo(String referer) {
    assertThat(isValid(referer)).isFalse();
  }

  @Test
  void anyBytesAreJudged() {
    Random random = new Random(5);
    String letters = "htp:/@[]#?.-1 \u00e9";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder referer = new StringBuilder(random.nextBoolean() ? "http://" : "");
      for (int i = random.nextInt(9); i > 0; i--) {
        referer.append(letters.charAt(random.nextInt(letters.length())));
      }
      isValid(referer.toString()); // throws nothing
    }
  }
}
