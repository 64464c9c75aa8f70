package io.outrigger.control.istio;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.outrigger.api.yaml.Node;
import io.outrigger.control.resource.Fields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads string matches: one of exact, prefix and regex. */
public final class StringMatchReader {
  private StringMatchReader() {}

  /** The match of a field, or null when absent. */
  static @Nullable StringMatch match(Fields fields, String name) {
    return fields.object(name, StringMatchReader::read);
  }

  /** A mapping from names to matches; an empty match stands for presence. */
  static Map<String, StringMatch> matches(Fields fields, String name) {
    Map<String, StringMatch> out = new LinkedHashMap<>();
    for (Node.Entry entry : fields.entries(name)) {
      String where = fields.at(name) + "." + entry.key();
      if (entry.key().isEmpty()) {
        fields.error(entry.value(), where, "a name must not be empty");
      } else if (entry.value().isNull() || empty(entry.value())) {
        out.put(entry.key(), HttpMatch.PRESENT);
      } else {
        StringMatch match = fields.object(entry.value(), where, StringMatchReader::read);
        if (match != null) {
          out.put(entry.key(), match);
        }
      }
    }
    return Collections.unmodifiableMap(out);
  }

  private static boolean empty(Node node) {
    return node instanceof Node.Mapping mapping && mapping.entries().isEmpty();
  }

  static StringMatch read(Fields fields) {
    String exact = fields.string("exact");
    String prefix = fields.string("prefix");
    String regex = fields.string("regex");
    int given = fields.choice("exact", "prefix", "regex");
    if (given != 1) {
      fields.error("", "must have one of exact, prefix and regex, has " + given);
    }
    if (exact != null) {
      return new StringMatch.Exact(exact);
    }
    if (prefix != null) {
      if (prefix.isEmpty()) {
        fields.error("prefix", "must not be empty");
      }
      return new StringMatch.Prefix(prefix);
    }
    if (regex != null) {
      checkRegex(fields, "regex", regex);
      return new StringMatch.Regex(regex);
    }
    return HttpMatch.PRESENT;
  }

  /** Envoy runs RE2 expressions: no look-around, no back-references. */
  public static void checkRegex(Fields fields, String name, String regex) {
    if (regex.equals("*")) {
      return;
    }
    if (regex.isEmpty()) {
      fields.error(name, "must not be empty");
      return;
    }
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      fields.error(
          name,
          "\""
              + regex
              + "\" isn't a regular expression of RE2: "
              + e.getDescription()
              + " at \""
              + e.getPattern()
              + "\"");
    }
  }
}
