package io.outrigger.control.istio;

import io.outrigger.api.yaml.Suggestion;
import io.outrigger.control.resource.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words and status codes of {@code retryOn}. */
public record RetryOn(String words, List<Integer> statusCodes) {
  private static final Set<String> WORDS =
      Set.of(
          "5xx",
          "gateway-error",
          "reset",
          "reset-before-request",
          "connect-failure",
          "envoy-ratelimited",
          "retriable-4xx",
          "refused-stream",
          "retriable-status-codes",
          "retriable-headers",
          "http3-post-connect-failure",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

  /** Splits the text: bare HTTP status codes go into a list of their own. */
  public static RetryOn parse(String text) {
    List<String> words = new ArrayList<>();
    List<Integer> codes = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String word = part.trim();
      if (word.matches("[1-5][0-9][0-9]")) {
        codes.add(Integer.parseInt(word));
      } else if (!word.isEmpty()) {
        words.add(word);
      }
    }
    if (!codes.isEmpty() && !words.contains("retriable-status-codes")) {
      words.add("retriable-status-codes");
    }
    return new RetryOn(String.join(",", words), List.copyOf(codes));
  }

  static void check(Fields fields, @Nullable String text) {
    if (text == null) {
      return;
    }
    for (String word : parse(text).words.split(",", -1)) {
      if (!word.isEmpty() && !WORDS.contains(word)) {
        fields.error(
            "retryOn",
            "\""
                + word
                + "\" isn't a retry condition"
                + Suggestion.clause(word, WORDS)
                + " (allowed: status codes and "
                + String.join(", ", new java.util.TreeSet<>(WORDS))
                + ")");
      }
    }
  }
}
