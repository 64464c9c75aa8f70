package io.outrigger.config.match;

import com.google.re2j.Pattern;

/**
 * RegexMatchAndSubstitute: all matches in an input are replaced.
 *
 * @param substitution with {@code \N} for groups, as configured
 * @param replacement the same in RE2/J's notation
 */
public record RegexSubstitution(Pattern pattern, String substitution, String replacement) {
  public String apply(String input) {
    return pattern.matcher(input).replaceAll(replacement);
  }
}
