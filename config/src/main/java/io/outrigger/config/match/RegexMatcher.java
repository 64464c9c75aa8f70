package io.outrigger.config.match;

import com.google.re2j.Pattern;
import io.outrigger.config.http.HeaderText;
import java.nio.charset.StandardCharsets;

/**
 * A regular expression of RE2's grammar that must match the whole input. A dot is a byte, not a
 * character, as in Envoy.
 */
public final class RegexMatcher {
  private final Pattern pattern;

  public RegexMatcher(String regex) {
    this.pattern = Pattern.compile(HeaderText.of(regex));
  }

  RegexMatcher(Pattern pattern) {
    this.pattern = pattern;
  }

  public boolean matches(String text) {
    return pattern.matcher(HeaderText.of(text)).matches();
  }

  public boolean matches(byte[] data, int offset, int length) {
    return pattern.matcher(new String(data, offset, length, StandardCharsets.ISO_8859_1)).matches();
  }

  public String regex() {
    return pattern.pattern();
  }

  public Pattern pattern() {
    return pattern;
  }

  @Override
  public String toString() {
    return pattern.pattern();
  }
}
