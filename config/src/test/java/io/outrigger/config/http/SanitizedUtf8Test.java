package io.outrigger.config.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SanitizedUtf8Test {
  private static String latin(String bytes) {
    return SanitizedUtf8.text(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void everyByteThatIsNoPartOfACharacterIsOneMark() {
    assertThat(latin("caf\u00e9\0\u00c3\u00a9\u00ff\u00e2\u0082.")).isEqualTo("caf!\0\u00e9!!!.");
    assertThat(latin("\u00e2\u0082")).isEqualTo("!!");
    assertThat(latin("\u00ed\u00a0\u0080 \u00c0\u0080 \u00f5")).isEqualTo("!!! !! !");
    assertThat(SanitizedUtf8.text("\ud83d\ude00".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("\ud83d\ude00");
    assertThat(latin("")).isEmpty();
  }
}
