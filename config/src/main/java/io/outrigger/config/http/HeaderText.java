package io.outrigger.config.http;

import java.nio.charset.StandardCharsets;

/**
 * Text as {@link Headers} have it: a char for each byte that is sent. What was configured is text
 * of characters, of which those beyond ASCII are several bytes in UTF-8.
 */
public final class HeaderText {
  private HeaderText() {}

  /** A char for each byte of a configured text. */
  public static String of(String configured) {
    return isAscii(configured)
        ? configured
        : new String(configured.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /**
   * The characters of a header's text, for messages and JSON; {@code !} stands for each byte that
   * is no part of one.
   */
  public static String utf8(String text) {
    return isAscii(text) ? text : SanitizedUtf8.text(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
