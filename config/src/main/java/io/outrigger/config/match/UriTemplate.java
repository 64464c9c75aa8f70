package io.outrigger.config.match;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A path pattern such as {@code /users/{id}/{rest=**}}: {@code *} is one segment, {@code **} all
 * that follows; braces name what a rewrite may use.
 */
public final class UriTemplate {
  private static final int MOST_VARIABLES = 5;
  private static final String CHARACTERS = "a-zA-Z0-9\\-._~%!$&'()+,;:@=*";
  private static final String LITERALS = "-._~%!$&'()+,;:@/";

  private final String text;
  private final Pattern pattern;
  private final List<String> variables;

  private UriTemplate(String text, Pattern pattern, List<String> variables) {
    this.text = text;
    this.pattern = pattern;
    this.variables = List.copyOf(variables);
  }

  /** Reads a template; throws IllegalArgumentException, whose message says what is wrong. */
  public static UriTemplate parse(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("does not begin with a slash");
    }
    Reader reader = new Reader(text);
    reader.read();
    return new UriTemplate(text, Pattern.compile(reader.regex.toString()), reader.names);
  }

  public boolean matches(byte[] data, int offset, int length) {
    return matches(new String(data, offset, length, java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  /** Names of the variables, in the order of their groups. */
  public List<String> variables() {
    return variables;
  }

  /** The values of the variables, in the order of {@link #variables}; null: no match. */
  public @Nullable List<String> values(String path) {
    Matcher matcher = pattern.matcher(path);
    if (!matcher.matches()) {
      return null;
    }
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= variables.size(); i++) {
      values.add(matcher.group(i));
    }
    return values;
  }

  @Override
  public String toString() {
    return text;
  }

  /** Makes a regular expression of a template. */
  private static final class Reader {
    final StringBuilder regex = new StringBuilder();
    final List<String> names = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final String text;
    private boolean rest;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    void read() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '{') {
          variable();
        } else if (c == '*') {
          operator(text.length());
        } else {
          literal(c);
        }
      }
    }

    private void literal(char c) {
      boolean known = Character.isLetterOrDigit(c) && c < 128 || LITERALS.indexOf(c) >= 0;
      if (!known) {
        throw new IllegalArgumentException("'" + c + "' is not allowed in a path template");
      }
      if (c == '/' && at > 0 && text.charAt(at - 1) == '/') {
        throw new IllegalArgumentException("has an empty segment");
      }
      regex.append(Pattern.quote(String.valueOf(c)));
      at++;
    }

    private void operator(int end) {
      if (rest) {
        throw new IllegalArgumentException("has a * after **, which must be the last");
      }
      if (at + 1 < end && text.charAt(at + 1) == '*') {
        rest = true;
        regex.append('[').append(CHARACTERS).append("/]*");
        at += 2;
      } else {
        regex.append('[').append(CHARACTERS).append("]+");
        at++;
      }
    }

    private void variable() {
      int end = text.indexOf('}', at);
      if (end < 0) {
        throw new IllegalArgumentException("has a { without a }");
      }
      int equals = text.indexOf('=', at);
      boolean patterned = equals >= 0 && equals < end;
      String name = text.substring(at + 1, patterned ? equals : end);
      if (!isName(name) || !seen.add(name)) {
        throw new IllegalArgumentException(
            "has the variable '"
                + name
                + "', which is not a name of 1 to 16 letters, or is twice there");
      }
      if (seen.size() > MOST_VARIABLES) {
        throw new IllegalArgumentException("has more than " + MOST_VARIABLES + " variables");
      }
      names.add(name);
      regex.append('(');
      if (patterned) {
        at = equals + 1;
        if (at == end) {
          throw new IllegalArgumentException("has a variable with an empty pattern");
        }
        while (at < end) {
          if (text.charAt(at) == '*') {
            operator(end);
          } else {
            literal(text.charAt(at));
          }
        }
      } else if (rest) {
        throw new IllegalArgumentException("has a variable after **, which must be the last");
      } else {
        regex.append('[').append(CHARACTERS).append("]+");
      }
      regex.append(')');
      at = end + 1;
    }

    private static boolean isName(String name) {
      if (name.isEmpty() || name.length() > 16 || !Character.isLetter(name.charAt(0))) {
        return false;
      }
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        if (c >= 128 || !Character.isLetterOrDigit(c) && c != '_') {
          return false;
        }
      }
      return true;
    }
  }
}
