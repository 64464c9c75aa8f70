package io.outrigger.config.match;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A test of a request's path, without query and fragment. Immutable; works on bytes. */
public sealed interface PathMatcher {
  /** Tests the path at these bytes; they end before any query. */
  boolean matches(byte[] data, int offset, int length);

  /** Bytes at the path's begin that a prefix rewrite replaces; the whole path for other kinds. */
  int matchedLength(int pathLength);

  /** The path begins with these bytes. */
  final class Prefix implements PathMatcher {
    private final Literal literal;

    public Prefix(String prefix, boolean caseSensitive) {
      this.literal = new Literal(prefix, caseSensitive);
    }

    @Override
    public boolean matches(byte[] data, int offset, int length) {
      return length >= literal.length() && literal.isAt(data, offset);
    }

    @Override
    public int matchedLength(int pathLength) {
      return literal.length();
    }

    public String prefix() {
      return literal.text();
    }
  }

  /** The path is exactly these bytes. */
  final class Exact implements PathMatcher {
    private final Literal literal;

    public Exact(String path, boolean caseSensitive) {
      this.literal = new Literal(path, caseSensitive);
    }

    @Override
    public boolean matches(byte[] data, int offset, int length) {
      return length == literal.length() && literal.isAt(data, offset);
    }

    @Override
    public int matchedLength(int pathLength) {
      return pathLength;
    }

    public String path() {
      return literal.text();
    }
  }

  /** The path is these bytes, or goes on with a slash after them. */
  final class SeparatedPrefix implements PathMatcher {
    private final Literal literal;

    public SeparatedPrefix(String prefix, boolean caseSensitive) {
      this.literal = new Literal(prefix, caseSensitive);
    }

    @Override
    public boolean matches(byte[] data, int offset, int length) {
      int own = literal.length();
      return length >= own
          && literal.isAt(data, offset)
          && (length == own || data[offset + own] == '/');
    }

    @Override
    public int matchedLength(int pathLength) {
      return literal.length();
    }

    public String prefix() {
      return literal.text();
    }
  }

  /** The whole path matches a regular expression. */
  record Regex(RegexMatcher regex) implements PathMatcher {
    @Override
    public boolean matches(byte[] data, int offset, int length) {
      return regex.matches(data, offset, length);
    }

    @Override
    public int matchedLength(int pathLength) {
      return pathLength;
    }
  }

  /** The whole path fits a template. */
  record Template(UriTemplate template) implements PathMatcher {
    @Override
    public boolean matches(byte[] data, int offset, int length) {
      return template.matches(data, offset, length);
    }

    @Override
    public int matchedLength(int pathLength) {
      return pathLength;
    }
  }

  /** A CONNECT request; the path is not looked at. */
  record Connect() implements PathMatcher {
    @Override
    public boolean matches(byte[] data, int offset, int length) {
      return true;
    }

    @Override
    public int matchedLength(int pathLength) {
      return pathLength;
    }
  }

  /** Bytes that are compared with or without regard to case. */
  final class Literal {
    private final String text;
    private final byte[] bytes;
    private final boolean caseSensitive;

    Literal(String text, boolean caseSensitive) {
      this.text = text;
      this.caseSensitive = caseSensitive;
      this.bytes =
          (caseSensitive ? text : text.toLowerCase(Locale.ROOT)).getBytes(StandardCharsets.UTF_8);
    }

    int length() {
      return bytes.length;
    }

    String text() {
      return text;
    }

    boolean isAt(byte[] data, int at) {
      return caseSensitive
          ? Arrays.equals(data, at, at + bytes.length, bytes, 0, bytes.length)
          : Ascii.regionEqualsLowerCase(data, at, bytes);
    }
  }
}
