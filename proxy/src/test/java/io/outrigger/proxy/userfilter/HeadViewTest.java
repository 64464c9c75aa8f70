package io.outrigger.proxy.userfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeadViewTest {
  private final Headers headers = new Headers();
  private final HeadView view = new HeadView();

  @Test
  void valuesAreTextInUtf8() {
    view.open(headers);
    view.set("x-name", "\u65e5\u00e9");
    view.add("x-name", "plain");
    assertThat(headers.value(HeaderName.of("x-name")).getBytes(StandardCharsets.ISO_8859_1))
        .isEqualTo("\u65e5\u00e9".getBytes(StandardCharsets.UTF_8));
    assertThat(view.get("x-name")).isEqualTo("\u65e5\u00e9");
    assertThat(view.all("x-name")).containsExactly("\u65e5\u00e9", "plain");
    headers.add(HeaderName.of("x-latin"), new byte[] {'a', (byte) 0xe9});
    assertThat(view.get("x-latin")).isEqualTo("a!");
    assertThat(view.get("x-none")).isNull();
  }

  @Test
  void aViewEndsWithItsCall() {
    view.open(headers);
    view.close();
    assertThatThrownBy(() -> view.get("x")).isInstanceOf(IllegalStateException.class);
  }
}
