package io.outrigger.control.istio;

import io.outrigger.control.resource.Fields;
import java.util.List;
import java.util.Map;

/** Reads one match of an http rule. */
final class HttpMatchReader {
  /** These look like headers and aren't matched as such: Istio has fields for them. */
  private static final List<String> NOT_HEADERS = List.of("uri", "scheme", "method", "authority");

  private HttpMatchReader() {}

  static HttpMatch read(Fields fields) {
    HttpMatch match =
        new HttpMatch(
            fields.string("name"),
            StringMatchReader.match(fields, "uri"),
            fields.flag("ignoreUriCase"),
            StringMatchReader.match(fields, "scheme"),
            StringMatchReader.match(fields, "method"),
            StringMatchReader.match(fields, "authority"),
            headers(fields, "headers"),
            headers(fields, "withoutHeaders"),
            StringMatchReader.matches(fields, "queryParams"),
            fields.port("port"),
            fields.stringMap("sourceLabels"),
            fields.string("sourceNamespace"),
            fields.strings("gateways"),
            fields.string("statPrefix"));
    fields
        .entries("queryParams")
        .forEach(
            entry -> {
              if (match.queryParams().get(entry.key()) instanceof StringMatch.Prefix) {
                fields.error(
                    entry.value(),
                    fields.at("queryParams") + "." + entry.key(),
                    "a prefix isn't allowed here; use exact or regex");
              }
            });
    if (match.ignoreUriCase() && match.uri() instanceof StringMatch.Regex) {
      fields.warning("ignoreUriCase", "has no effect on a regex; write (?i) into it");
    }
    return match;
  }

  private static Map<String, StringMatch> headers(Fields fields, String name) {
    Map<String, StringMatch> all = StringMatchReader.matches(fields, name);
    for (String key : all.keySet()) {
      if (NOT_HEADERS.contains(key)) {
        fields.warning(name, "\"" + key + "\" is a field of the match itself; here it's a header");
      }
      if (key.startsWith("@request.auth.claims")) {
        fields.error(name, "matching on claims (" + key + ") isn't supported yet; remove it");
      }
    }
    return all;
  }
}
