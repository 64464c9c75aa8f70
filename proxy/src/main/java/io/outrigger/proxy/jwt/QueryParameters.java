package io.outrigger.proxy.jwt;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Parameters of a request target's query. */
final class QueryParameters {
  private QueryParameters() {}

  /** The first parameter of this name, decoded; null: there is none. */
  static @Nullable String first(@Nullable String target, String name) {
    int question = target == null ? -1 : target.indexOf('?');
    if (target == null || question < 0) {
      return null;
    }
    for (String pair : query(target, question).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (decoded(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        return equals < 0 ? "" : decoded(pair.substring(equals + 1));
      }
    }
    return null;
  }

  /** The target without the parameters of this name. */
  static String without(String target, String name) {
    int question = target.indexOf('?');
    if (question < 0) {
      return target;
    }
    StringBuilder out = new StringBuilder(target.length()).append(target, 0, question);
    char separator = '?';
    for (String pair : query(target, question).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (!decoded(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        out.append(separator).append(pair);
        separator = '&';
      }
    }
    return out.toString();
  }

  private static String query(String target, int question) {
    int hash = target.indexOf('#', question);
    return target.substring(question + 1, hash < 0 ? target.length() : hash);
  }

  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] out = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
      if (low >= 0) {
        out[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        out[length++] = (byte) c;
      }
    }
    return new String(out, 0, length, StandardCharsets.ISO_8859_1);
  }
}
