package io.outrigger.config.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderText;
import org.jspecify.annotations.Nullable;

/** Compiles regular expressions of RE2's grammar. */
public final class RegexCompiler {
  private static final Pattern NEVER = Pattern.compile("\\z.");

  private RegexCompiler() {}

  /** The matcher of a whole input; {@code problems} stands at the RegexMatcher. */
  public static RegexMatcher compile(
      io.envoyproxy.envoy.type.matcher.v3.RegexMatcher proto, Problems problems) {
    return new RegexMatcher(pattern(proto.getRegex(), problems.at("regex")));
  }

  /** A substitution; {@code problems} stands at the RegexMatchAndSubstitute. */
  public static RegexSubstitution compile(RegexMatchAndSubstitute proto, Problems problems) {
    Pattern pattern = pattern(proto.getPattern().getRegex(), problems.at("pattern").at("regex"));
    String replacement =
        replacement(pattern, HeaderText.of(proto.getSubstitution()), problems.at("substitution"));
    return replacement == null
        ? new RegexSubstitution(NEVER, proto.getSubstitution(), "")
        : new RegexSubstitution(pattern, proto.getSubstitution(), replacement);
  }

  /** The pattern of a text; {@code problems} stands at it. */
  public static Pattern pattern(String regex, Problems problems) {
    if (regex.isEmpty()) {
      problems.error("is empty; a regular expression of RE2's grammar is required");
      return NEVER;
    }
    try {
      return Pattern.compile(HeaderText.of(regex));
    } catch (PatternSyntaxException e) {
      problems.error(
          "'"
              + regex
              + "' is not a regular expression of RE2's grammar (no backreferences, no"
              + " lookaround): "
              + e.getDescription());
      return NEVER;
    }
  }

  /**
   * RE2 writes groups as \N and a backslash as \\; RE2/J as $N. A substitution that RE2 cannot
   * follow is taken, as Envoy takes it, and changes nothing.
   */
  private static @Nullable String replacement(
      Pattern pattern, String substitution, Problems problems) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < substitution.length(); i++) {
      char c = substitution.charAt(i);
      if (c == '$') {
        out.append("\\$");
      } else if (c != '\\') {
        out.append(c);
      } else if (i + 1 < substitution.length() && isDigit(substitution.charAt(i + 1))) {
        int group = substitution.charAt(++i) - '0';
        if (group > pattern.groupCount()) {
          problems.warning(
              "refers to group "
                  + group
                  + "; the pattern has "
                  + pattern.groupCount()
                  + " groups, so nothing is replaced");
          return null;
        }
        out.append('$').append(group);
        if (i + 1 < substitution.length() && isDigit(substitution.charAt(i + 1))) {
          out.append('\\'); // RE2/J would take the digit that follows for the group's
        }
      } else if (i + 1 < substitution.length() && substitution.charAt(i + 1) == '\\') {
        i++;
        out.append("\\\\");
      } else {
        problems.warning(
            "has a lone backslash, so nothing is replaced; \\N for a group and \\\\ are allowed");
        return null;
      }
    }
    return out.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
