package io.outrigger.config.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The value of a header as one text: one that is there more than once is joined by commas. */
public final class JoinedValue {
  private JoinedValue() {}

  /** Null: it isn't there. */
  public static @Nullable String of(@Nullable Headers headers, HeaderName name) {
    int slot = headers == null ? -1 : headers.find(name);
    if (headers == null || slot < 0) {
      return null;
    }
    String first = value(headers, slot);
    int next = headers.next(name, slot);
    if (next < 0) {
      return first;
    }
    StringBuilder all = new StringBuilder(first);
    for (; next >= 0; next = headers.next(name, next)) {
      all.append(',').append(value(headers, next));
    }
    return all.toString();
  }

  private static String value(Headers headers, int slot) {
    return new String(
        headers.data(),
        headers.valueOffset(slot),
        headers.valueLength(slot),
        StandardCharsets.UTF_8);
  }
}
