package io.outrigger.config.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeaderTextTest {
  @Test
  void aCharIsAByte() {
    assertThat(HeaderText.of("a\u00e9\u65e5")).isEqualTo("a\u00c3\u00a9\u00e6\u0097\u00a5");
    assertThat(HeaderText.of("plain")).isSameAs("plain");
  }

  @Test
  void whatIsSentComesBack() {
    String text = "a\u00e9\u65e5\ud83d\ude00";
    assertThat(HeaderText.utf8(HeaderText.of(text))).isEqualTo(text);
    assertThat(HeaderText.utf8("caf\u00e9")).isEqualTo("caf!");
  }
}
