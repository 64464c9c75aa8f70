package io.outrigger.control.policy;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Suggestion;
import io.outrigger.control.istio.PathPattern;
import io.outrigger.control.policy.RateLimit.By;
import io.outrigger.control.policy.RateLimit.Limit;
import io.outrigger.control.policy.RateLimit.Operation;
import io.outrigger.control.resource.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a RateLimit. */
public final class RateLimitReader {
  /** The proxy's bounds: a bucket isn't filled more often than this. */
  private static final Duration SHORTEST = Duration.ofMillis(50);

  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MOST = 1_000_000_000;
  private static final String BY_WORDS = "must be identity, address, or a mapping {header: NAME}";

  private RateLimitReader() {}

  public static RateLimit read(Fields fields) {
    Map<String, String> selector = fields.object("selector", f -> f.stringMap("matchLabels"));
    if (fields.oneOf("scope", List.of("local")) == null && fields.has("scope")) {
      fields.error("scope", "each sidecar counts for itself, there is no count of the whole mesh");
    }
    List<Limit> limits = fields.objects("limits", RateLimitReader::limit);
    fields.some("limits", limits, "must have a limit, such as {requests: 100, per: 1s}");
    return new RateLimit(selector == null ? Map.of() : selector, limits);
  }

  private static Limit limit(Fields fields) {
    fields.given("requests", "must be given");
    Integer requests = fields.integer("requests", 1, MOST);
    fields.given("per", "must be given, such as 1s or 1m");
    Duration per = fields.duration("per");
    if (per != null && (per.compareTo(SHORTEST) < 0 || per.compareTo(LONGEST) > 0)) {
      fields.error("per", "must be from 50ms to 24h");
    }
    List<Operation> to = fields.objects("to", RateLimitReader::operation);
    if (to.isEmpty() && fields.has("to")) {
      fields.error("to", "is empty; leave it out to match all");
    }
    return new Limit(
        requests == null ? 1 : requests, per == null ? Duration.ofSeconds(1) : per, to, by(fields));
  }

  private static Operation operation(Fields fields) {
    List<String> paths = texts(fields, "paths", PathPattern::isOne, PathPattern.WORDS);
    List<String> methods = texts(fields, "methods", RateLimitReader::isMethod, "a method");
    if (!fields.has("paths") && !fields.has("methods")) {
      fields.error("", "is empty; leave it out to match all");
    }
    return new Operation(paths, methods);
  }

  private static List<String> texts(
      Fields fields, String name, Predicate<String> test, String wanted) {
    List<String> texts = fields.strings(name);
    if (texts.isEmpty() && fields.has(name)) {
      fields.error(name, "is empty; leave it out to match all");
    }
    for (String text : texts) {
      if (!test.test(text)) {
        fields.error(name, "\"" + text + "\" isn't " + wanted);
      }
    }
    return texts;
  }

  private static @Nullable By by(Fields fields) {
    Node node = fields.node("by");
    if (node == null) {
      return null;
    }
    if (node instanceof Node.Scalar scalar) {
      switch (scalar.text()) {
        case "identity" -> {
          return new By(By.Kind.IDENTITY, "");
        }
        case "address" -> {
          return new By(By.Kind.ADDRESS, "");
        }
        default ->
            fields.error(
                "by",
                "found "
                    + node.kind()
                    + "; "
                    + BY_WORDS
                    + Suggestion.clause(scalar.text(), List.of("identity", "address")));
      }
      return null;
    }
    if (!(node instanceof Node.Mapping)) {
      fields.error("by", "found " + node.kind() + "; " + BY_WORDS);
      return null;
    }
    String header = fields.object(node, fields.at("by"), RateLimitReader::header);
    return new By(By.Kind.HEADER, header == null ? "" : header);
  }

  private static String header(Fields fields) {
    String header = fields.required("header").toLowerCase(Locale.ROOT);
    if (!header.isEmpty() && !header.matches("[a-z0-9!#$%&'*+.^_`|~-]+")) {
      fields.error("header", "\"" + header + "\" isn't a header's name");
    }
    return header;
  }

  private static boolean isMethod(String text) {
    return text.matches("[A-Z]+");
  }
}
