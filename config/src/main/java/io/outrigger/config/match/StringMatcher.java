package io.outrigger.config.match;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A test of a string: exact, prefix, suffix, contains or regex. Immutable; works on bytes. */
public final class StringMatcher {
  /** The kinds of test. */
  public enum Kind {
    EXACT,
    PREFIX,
    SUFFIX,
    CONTAINS,
    REGEX
  }

  private final Kind kind;
  private final String text;
  private final byte[] bytes;
  private final boolean ignoreCase;
  private final @Nullable RegexMatcher regex;

  private StringMatcher(Kind kind, String text, boolean ignoreCase, @Nullable RegexMatcher regex) {
    this.kind = kind;
    this.text = text;
    this.ignoreCase = ignoreCase;
    this.regex = regex;
    this.bytes = (ignoreCase ? Ascii.toLower(text) : text).getBytes(StandardCharsets.UTF_8);
  }

  public static StringMatcher exact(String text) {
    return new StringMatcher(Kind.EXACT, text, false, null);
  }

  public static StringMatcher prefix(String text) {
    return new StringMatcher(Kind.PREFIX, text, false, null);
  }

  public static StringMatcher regex(RegexMatcher regex) {
    return new StringMatcher(Kind.REGEX, regex.regex(), false, regex);
  }

  /** A test of any kind but regex. */
  public static StringMatcher of(Kind kind, String text, boolean ignoreCase) {
    if (kind == Kind.REGEX) {
      return regex(new RegexMatcher(text));
    }
    return new StringMatcher(kind, text, ignoreCase, null);
  }

  public boolean matches(String input) {
    if (regex != null) {
      return regex.matches(input);
    }
    if (!ignoreCase) {
      return switch (kind) {
        case EXACT -> input.equals(text);
        case PREFIX -> input.startsWith(text);
        case SUFFIX -> input.endsWith(text);
        case CONTAINS -> input.contains(text);
        case REGEX -> false;
      };
    }
    byte[] data = input.getBytes(StandardCharsets.UTF_8);
    return matches(data, 0, data.length);
  }

  public boolean matches(byte[] data, int offset, int length) {
    if (regex != null) {
      return regex.matches(data, offset, length);
    }
    int own = bytes.length;
    if (length < own) {
      return false;
    }
    return switch (kind) {
      case EXACT -> length == own && regionMatches(data, offset);
      case PREFIX -> regionMatches(data, offset);
      case SUFFIX -> regionMatches(data, offset + length - own);
      case CONTAINS -> contains(data, offset, length);
      case REGEX -> false;
    };
  }

  private boolean contains(byte[] data, int offset, int length) {
    for (int at = offset, last = offset + length - bytes.length; at <= last; at++) {
      if (regionMatches(data, at)) {
        return true;
      }
    }
    return false;
  }

  private boolean regionMatches(byte[] data, int at) {
    if (!ignoreCase) {
      return Arrays.equals(data, at, at + bytes.length, bytes, 0, bytes.length);
    }
    return Ascii.regionEqualsLowerCase(data, at, bytes);
  }

  public Kind kind() {
    return kind;
  }

  public String text() {
    return text;
  }

  public boolean ignoreCase() {
    return ignoreCase;
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + " \"" + text + "\"" + (ignoreCase ? " i" : "");
  }
}
