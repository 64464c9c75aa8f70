package io.outrigger.config.match;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;

/** A regular expression of RE2's grammar that must match the whole input. */
public final class RegexMatcher {
  private final Pattern pattern;

  public RegexMatcher(String regex) {
    this.pattern = Pattern.compile(regex);
  }

  RegexMatcher(Pattern pattern) {
    this.pattern = pattern;
  }

  public boolean matches(String text) {
    return pattern.matcher(text).matches();
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
