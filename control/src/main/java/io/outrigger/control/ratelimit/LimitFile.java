package io.outrigger.control.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit.Unit;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Suggestion;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the limits of one file, in the format of Envoy's reference server. Every problem is told
 * with its file and line.
 */
final class LimitFile {
  private static final List<String> TOP = List.of("domain", "descriptors");
  private static final List<String> DESCRIPTOR =
      List.of("key", "value", "rate_limit", "descriptors", "shadow_mode", "detailed_metric");
  private static final List<String> RATE_LIMIT =
      List.of("unit", "requests_per_unit", "unlimited", "name", "replaces");
  private static final List<String> UNITS =
      List.of("second", "minute", "hour", "day", "week", "month", "year");
  private static final long MOST_REQUESTS = 0xffffffffL;

  private final List<String> problems;

  LimitFile(List<String> problems) {
    this.problems = problems;
  }

  /** Puts a document's limits into {@code domains}. */
  void read(Node document, Map<String, LimitNode> domains) {
    if (!(document instanceof Node.Mapping top)) {
      say(document, "is " + document.kind() + "; a mapping with domain and descriptors is allowed");
      return;
    }
    check(top, TOP);
    String domain = text(top, "domain");
    if (domain.isEmpty()) {
      say(top, "domain is missing or empty; a name is required");
      return;
    }
    LimitNode root = new LimitNode();
    if (domains.putIfAbsent(domain, root) != null) {
      say(top, "domain '" + domain + "' is there twice; one file says all of a domain");
      return;
    }
    descriptors(top, root, domain);
  }

  private void descriptors(Node.Mapping of, LimitNode into, String path) {
    for (Node item : items(of, "descriptors")) {
      if (!(item instanceof Node.Mapping descriptor)) {
        say(item, "a descriptor is " + item.kind() + "; a mapping with a key is allowed");
        continue;
      }
      check(descriptor, DESCRIPTOR);
      String key = text(descriptor, "key");
      String value = text(descriptor, "value");
      if (key.isEmpty()) {
        say(descriptor, "key is missing or empty; a descriptor's key is required");
        continue;
      }
      LimitNode node = into.add(key, value);
      String name = path + "." + key + (value.isEmpty() ? "" : "_" + value);
      if (node == null) {
        say(descriptor, "'" + name + "' is there twice");
        continue;
      }
      Node other = descriptor.get("rate_limit");
      if (other instanceof Node.Mapping limit) {
        limit(limit, descriptor, node, name);
      } else if (other != null && !other.isNull()) {
        say(other, "rate_limit is " + other.kind() + "; a mapping is allowed");
      }
      descriptors(descriptor, node, name);
    }
  }

  private void limit(Node.Mapping limit, Node.Mapping descriptor, LimitNode node, String key) {
    check(limit, RATE_LIMIT);
    boolean unlimited = flag(limit, "unlimited");
    String unit = text(limit, "unit").toLowerCase(Locale.ROOT);
    long requests = 0;
    if (unlimited) {
      if (!unit.isEmpty()) {
        say(limit, "unlimited with a unit; one of them is allowed");
      }
    } else if (UNITS.contains(unit)) {
      requests = number(limit);
    } else {
      Node at = limit.get("unit");
      say(
          at == null ? limit : at,
          "unit '" + unit + "' is not one of " + UNITS + Suggestion.clause(unit, UNITS));
      return;
    }
    Set<String> replaces = new HashSet<>();
    for (Node item : items(limit, "replaces")) {
      if (item instanceof Node.Mapping replaced && !text(replaced, "name").isEmpty()) {
        replaces.add(text(replaced, "name"));
      } else {
        say(item, "replaces has " + item.kind() + "; a mapping with a name is allowed");
      }
    }
    String name = text(limit, "name");
    if (replaces.contains(name)) {
      say(limit, "'" + name + "' replaces itself");
    }
    node.limit(
        new Limit(
            requests,
            unlimited ? Unit.UNKNOWN : unit(unit),
            unlimited,
            name,
            replaces,
            flag(descriptor, "shadow_mode"),
            flag(descriptor, "detailed_metric"),
            key));
  }

  private static Unit unit(String name) {
    return switch (name) {
      case "second" -> Unit.SECOND;
      case "minute" -> Unit.MINUTE;
      case "hour" -> Unit.HOUR;
      case "day" -> Unit.DAY;
      case "week" -> Unit.WEEK;
      case "month" -> Unit.MONTH;
      case "year" -> Unit.YEAR;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private long number(Node.Mapping limit) {
    String text = text(limit, "requests_per_unit");
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= MOST_REQUESTS) {
        return number;
      }
    } catch (NumberFormatException notOne) {
      // told below
    }
    Node at = limit.get("requests_per_unit");
    say(
        at == null ? limit : at,
        "requests_per_unit is '" + text + "'; a whole number from 0 to " + MOST_REQUESTS);
    return 0;
  }

  private boolean flag(Node.Mapping of, String field) {
    String text = text(of, field);
    if (!text.isEmpty() && !text.equals("true") && !text.equals("false")) {
      say(of, field + " is '" + text + "'; true or false is allowed");
    }
    return text.equals("true");
  }

  /** A value as text; empty where there is none. */
  private String text(Node.Mapping of, String field) {
    Node found = of.get(field);
    if (found == null || found.isNull()) {
      return "";
    }
    if (found instanceof Node.Scalar scalar) {
      return scalar.text();
    }
    say(found, field + " is " + found.kind() + "; a value is allowed");
    return "";
  }

  private List<Node> items(Node.Mapping of, String field) {
    Node found = of.get(field);
    if (found == null || found.isNull()) {
      return List.of();
    }
    if (found instanceof Node.Sequence list) {
      return list.items();
    }
    say(found, field + " is " + found.kind() + "; a list is allowed");
    return List.of();
  }

  private void check(Node.Mapping of, List<String> allowed) {
    for (Node.Entry entry : of.entries()) {
      if (!allowed.contains(entry.key())) {
        problems.add(
            entry.place()
                + ": '"
                + entry.key()
                + "' is not known here; "
                + allowed
                + " are"
                + Suggestion.clause(entry.key(), allowed));
      }
    }
  }

  private void say(Node at, String sentence) {
    problems.add(at.place() + ": " + sentence);
  }
}
