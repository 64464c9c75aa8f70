package io.outrigger.control.definition;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Mappings, lists, texts, numbers and booleans as YAML: what fits into a line and isn't deep stands
 * in one, in braces and brackets; the rest is indented.
 */
final class YamlText {
  private static final int WIDTH = 140;
  private static final int DEPTH = 2;

  /** What YAML 1.1 takes for something other than a text. */
  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

  private final StringBuilder out = new StringBuilder();
  private final Set<String> anchors = new HashSet<>();

  /** A mapping that stands in several places of a document: written out in the first. */
  record Shared(String anchor, Map<String, ?> mapping) {}

  private YamlText() {}

  static String of(Map<?, ?> document) {
    YamlText text = new YamlText();
    text.mapping(document, "");
    return text.out.toString();
  }

  private void mapping(Map<?, ?> mapping, String indent) {
    mapping.forEach(
        (key, value) -> {
          // in a list's item, the first key stands after the dash
          out.append(afterDash() ? "" : indent).append(scalar(key)).append(':');
          value(value, indent);
        });
  }

  /** What stands after a key. */
  private void value(Object value, String indent) {
    if (value instanceof Shared shared) {
      if (anchors.add(shared.anchor)) {
        out.append(" &").append(shared.anchor).append('\n');
        mapping(shared.mapping, indent + "  ");
      } else {
        out.append(" *").append(shared.anchor).append('\n');
      }
    } else if (fits(value)) {
      out.append(' ').append(line(value)).append('\n');
    } else if (value instanceof Map<?, ?> inner) {
      out.append('\n');
      mapping(inner, indent + "  ");
    } else if (value instanceof List<?> list) {
      out.append('\n');
      for (Object item : list) {
        out.append(indent).append("- ");
        if (item instanceof Map<?, ?> inner && !fits(inner)) {
          mapping(inner, indent + "  ");
        } else {
          out.append(line(item)).append('\n');
        }
      }
    }
  }

  private boolean afterDash() {
    return !out.isEmpty() && out.charAt(out.length() - 1) == ' ';
  }

  private boolean fits(Object value) {
    int column = out.length() - out.lastIndexOf("\n");
    return depth(value) <= DEPTH && (depth(value) == 0 || column + line(value).length() <= WIDTH);
  }

  private static int depth(Object value) {
    if (value instanceof Map<?, ?> map) {
      return 1 + map.values().stream().mapToInt(YamlText::depth).max().orElse(0);
    }
    if (value instanceof List<?> list) {
      return 1 + list.stream().mapToInt(YamlText::depth).max().orElse(0);
    }
    return value instanceof Shared ? DEPTH + 1 : 0;
  }

  private static String line(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> scalar(e.getKey()) + ": " + line(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(YamlText::line).collect(Collectors.joining(", ", "[", "]"));
    }
    return scalar(value);
  }

  private static String scalar(Object value) {
    if (value instanceof Double number && number == Math.rint(number)) {
      return Long.toString(number.longValue());
    }
    String text = value.toString();
    if (!(value instanceof String)
        || (text.matches("[A-Za-z.][A-Za-z0-9_./-]*")
            && !WORDS.contains(text.toLowerCase(Locale.ROOT)))) {
      return text;
    }
    return "'" + text.replace("'", "''") + "'";
  }
}
