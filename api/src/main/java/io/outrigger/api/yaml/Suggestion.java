package io.outrigger.api.yaml;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The "did you mean" for a word that is nearly one of those allowed. */
public final class Suggestion {
  /** A clause such as {@code ; did you mean "timeout"?}, or "" where nothing is near. */
  public static String clause(String found, Collection<String> allowed) {
    String near = nearest(found, allowed);
    return near == null ? "" : "; did you mean \"" + near + "\"?";
  }

  /** The allowed word that is nearest to the one found, if it is near enough to be a slip. */
  public static @Nullable String nearest(String found, Collection<String> allowed) {
    String word = plain(found);
    int limit = Math.max(1, Math.min(3, word.length() / 3));
    String best = null;
    int least = limit + 1;
    for (String candidate : allowed) {
      int distance = distance(word, plain(candidate), limit);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** snake_case as lowerCamelCase. */
  public static String camel(String snake) {
    StringBuilder out = new StringBuilder(snake.length());
    boolean up = false;
    for (int i = 0; i < snake.length(); i++) {
      char c = snake.charAt(i);
      if (c == '_') {
        up = true;
      } else {
        out.append(up ? Character.toUpperCase(c) : c);
        up = false;
      }
    }
    return out.toString();
  }

  private static String plain(String word) {
    return word.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }

  /** Optimal string alignment distance: edits, with a swap of neighbours as one. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private Suggestion() {}
}
