package io.outrigger.cli.authz;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

/** What the texts of policies match. */
final class PolicyText {
  private PolicyText() {}

  /** A text with a star at one end; a star alone matches all but what is empty. */
  static boolean matches(String text, String value) {
    if (text.equals("*")) {
      return !value.isEmpty();
    }
    if (text.startsWith("*")) {
      return value.endsWith(text.substring(1));
    }
    return text.endsWith("*")
        ? value.startsWith(text.substring(0, text.length() - 1))
        : value.equals(text);
  }

  /** A text with stars anywhere, of which each stands for any characters, or none. */
  static boolean matchesStars(String text, String value) {
    int star = text.indexOf('*');
    if (star < 0) {
      return value.equals(text);
    }
    if (!value.startsWith(text.substring(0, star))) {
      return false;
    }
    String rest = text.substring(star + 1);
    for (int from = star; from <= value.length(); from++) {
      if (matchesStars(rest, value.substring(from))) {
        return true;
      }
    }
    return false;
  }

  /** A path with a star at one end, or a template: {*} is one segment, {**} any. */
  static boolean matchesPath(String text, String path) {
    return text.indexOf('{') < 0
        ? matches(text, path)
        : matchesSegments(List.of(text.split("/", -1)), List.of(path.split("/", -1)));
  }

  private static boolean matchesSegments(List<String> template, List<String> path) {
    if (template.isEmpty() || path.isEmpty()) {
      return template.isEmpty() && path.isEmpty();
    }
    String first = template.getFirst();
    List<String> rest = template.subList(1, template.size());
    if (first.equals("{**}")) {
      for (int taken = 1; taken <= path.size(); taken++) {
        if (matchesSegments(rest, path.subList(taken, path.size()))) {
          return true;
        }
      }
      return false;
    }
    boolean matches =
        first.equals("{*}") ? !path.getFirst().isEmpty() : first.equals(path.getFirst());
    return matches && matchesSegments(rest, path.subList(1, path.size()));
  }

  /** An address in a block, 10.0.0.0/8, or the same as another. */
  static boolean matchesAddress(String block, String address) {
    int slash = block.indexOf('/');
    byte[] wanted = bytes(slash < 0 ? block : block.substring(0, slash));
    byte[] found = bytes(address);
    int bits = slash < 0 ? 8 * wanted.length : Integer.parseInt(block.substring(slash + 1));
    if (wanted.length != found.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      if (((wanted[bit / 8] ^ found[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
        return false;
      }
    }
    return true;
  }

  static boolean isAddress(String text) {
    try {
      bytes(text);
      return true;
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }

  private static byte[] bytes(String address) {
    return Objects.requireNonNull(InetAddress.ofLiteral(address)).getAddress();
  }
}
