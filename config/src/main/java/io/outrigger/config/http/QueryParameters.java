package io.outrigger.config.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request target's query (RFC 3986 section 3.4), as Envoy reads them: parts
 * between {@code &}, of which each is a name up to its first {@code =}, and a value.
 *
 * <p>Texts are bytes as {@link Headers} gives them, one a character. Not thread-safe.
 */
public final class QueryParameters {
  private static final String NOT_IN_URLS = "\"<>\\^{|}";

  private final Map<String, List<String>> values = new TreeMap<>();

  private QueryParameters() {}

  /** The first value of this name as it is written; null: there is none. */
  public static @Nullable String first(@Nullable String target, String name) {
    return first(target, name, false);
  }

  /** The first value of this name, names and values without percent-encoding; null: none. */
  public static @Nullable String firstDecoded(@Nullable String target, String name) {
    return first(target, name, true);
  }

  private static @Nullable String first(@Nullable String target, String name, boolean decoded) {
    if (target == null) {
      return null;
    }
    for (int at = target.indexOf('?') + 1; at > 0 && at < target.length(); ) {
      int end = end(target, at);
      int nameEnd = nameEnd(target, at, end);
      if (decoded
          ? decode(target.substring(at, nameEnd)).equals(name)
          : nameEnd - at == name.length() && target.startsWith(name, at)) {
        String value = target.substring(Math.min(nameEnd + 1, end), end);
        return decoded ? decode(value) : value;
      }
      at = end + 1;
    }
    return null;
  }

  private static int end(String target, int at) {
    int ampersand = target.indexOf('&', at);
    return ampersand < 0 ? target.length() : ampersand;
  }

  private static int nameEnd(String target, int at, int end) {
    int equals = target.indexOf('=', at);
    return equals < 0 || equals > end ? end : equals;
  }

  /** All of them as they are written. */
  public static QueryParameters of(String target) {
    return all(target, false);
  }

  /** All of them, names and values without percent-encoding. */
  public static QueryParameters decoded(String target) {
    return all(target, true);
  }

  private static QueryParameters all(String target, boolean decoded) {
    QueryParameters all = new QueryParameters();
    for (int at = target.indexOf('?') + 1; at > 0 && at < target.length(); ) {
      int end = end(target, at);
      int nameEnd = nameEnd(target, at, end);
      String name = target.substring(at, nameEnd);
      String value = target.substring(Math.min(nameEnd + 1, end), end);
      all.add(decoded ? decode(name) : name, decoded ? decode(value) : value);
      at = end + 1;
    }
    return all;
  }

  private void add(String name, String value) {
    values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
  }

  /** Takes all of this name out. */
  public void remove(String name) {
    values.remove(name);
  }

  /** Puts this value in the place of all of this name. */
  public void set(String name, String value) {
    values.remove(name);
    add(name, value);
  }

  /** The target with these parameters for its own, sorted by name. */
  public String replaced(String target) {
    int question = target.indexOf('?');
    StringBuilder out =
        new StringBuilder(target.length())
            .append(question < 0 ? target : target.substring(0, question));
    char separator = '?';
    for (Map.Entry<String, List<String>> each : values.entrySet()) {
      for (String value : each.getValue()) {
        out.append(separator).append(each.getKey()).append('=').append(value);
        separator = '&';
      }
    }
    return out.toString();
  }

  /** The text without percent-encoding; what is no escape stands for itself. */
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
      if (low >= 0) {
        out.append((char) (high << 4 | low));
        i += 2;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /**
   * A query for reading: as Envoy decodes a whole one, only escapes of visible ASCII are undone,
   * and the sign of one that is broken is left out.
   */
  public static String readable(String query) {
    StringBuilder out = new StringBuilder(query.length());
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c != '%' || i + 2 >= query.length()) {
        out.append(c);
        continue;
      }
      int high = Character.digit(query.charAt(i + 1), 16);
      int low = Character.digit(query.charAt(i + 2), 16);
      int code = high << 4 | low;
      if (high >= 0 && low >= 0) {
        if (code > ' ' && code < 0x7f && NOT_IN_URLS.indexOf(code) < 0) {
          out.append((char) code);
        } else {
          out.append(query, i, i + 3);
        }
        i += 2;
      }
    }
    return out.toString();
  }
}
