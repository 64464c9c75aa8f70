package io.outrigger.config.hcm;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ScopeKeyBuilder: makes the key of a request's scope of its headers, a fragment each. */
public record ScopeKey(List<Fragment> fragments) {
  private static final char BETWEEN = '\0'; // no header's value has it

  public ScopeKey {
    fragments = List.copyOf(fragments);
  }

  /**
   * A part of a header's value: the element at an index, or what follows a key in an element.
   *
   * @param elementSeparator empty: the value is the only element
   * @param key null: the element at {@code index} is meant
   */
  public record Fragment(
      HeaderName header,
      String elementSeparator,
      int index,
      @Nullable String key,
      String keySeparator) {
    @Nullable String of(Headers headers) {
      String value = headers.value(header);
      if (value == null) {
        return null;
      }
      int count = 0;
      for (int start = 0; start >= 0; count++) {
        int end = elementSeparator.isEmpty() ? -1 : value.indexOf(elementSeparator, start);
        String element = value.substring(start, end < 0 ? value.length() : end);
        if (key == null ? count == index : isKeyed(element)) {
          return key == null ? element : valueIn(element);
        }
        start = end < 0 ? -1 : end + elementSeparator.length();
      }
      return null;
    }

    private boolean isKeyed(String element) {
      int at = element.indexOf(keySeparator);
      return (at < 0 ? element : element.substring(0, at)).equals(key);
    }

    private String valueIn(String element) {
      int at = element.indexOf(keySeparator);
      return at < 0 ? "" : element.substring(at + keySeparator.length());
    }
  }

  /** The key of a scope, from its fragments. */
  static String of(List<String> parts) {
    return String.join(String.valueOf(BETWEEN), parts);
  }

  /** The key of a request, or null: a fragment isn't there. */
  public @Nullable String of(Headers headers) {
    if (fragments.size() == 1) {
      return fragments.getFirst().of(headers);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < fragments.size(); i++) {
      String part = fragments.get(i).of(headers);
      if (part == null) {
        return null;
      }
      if (i > 0) {
        out.append(BETWEEN);
      }
      out.append(part);
    }
    return out.toString();
  }
}
