package io.outrigger.control.istio;

import io.outrigger.control.resource.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads destinations, their weights and their header changes. */
final class DestinationReader {
  private DestinationReader() {}

  static Destination read(Fields fields) {
    String host = fields.required("host");
    Integer port = fields.object("port", p -> p.port("number"));
    return new Destination(host, fields.string("subset"), port);
  }

  /** A route list; at least one destination, and weights that don't all vanish. */
  static List<HttpRoute.WeightedDestination> routes(Fields fields, boolean http) {
    List<HttpRoute.WeightedDestination> routes = fields.objects("route", f -> weighted(f, http));
    if (routes.size() > 1
        && routes.stream().mapToInt(HttpRoute.WeightedDestination::weight).sum() == 0) {
      fields.error("route", "the weights add up to 0; at least one must be greater");
    }
    return routes;
  }

  private static HttpRoute.WeightedDestination weighted(Fields fields, boolean http) {
    fields.given("destination", "must be given");
    Destination to = fields.object("destination", DestinationReader::read);
    Integer weight = fields.integer("weight", 0, 1_000_000);
    HeaderOperations headers = http ? headers(fields) : HeaderOperations.NONE;
    return new HttpRoute.WeightedDestination(
        to == null ? new Destination("", null, null) : to, weight == null ? 0 : weight, headers);
  }

  static HeaderOperations headers(Fields fields) {
    HeaderOperations headers =
        fields.object(
            "headers",
            f -> {
              HeaderOperations.Operations request = f.object("request", DestinationReader::ops);
              HeaderOperations.Operations response = f.object("response", DestinationReader::ops);
              return new HeaderOperations(
                  request == null ? HeaderOperations.Operations.NONE : request,
                  response == null ? HeaderOperations.Operations.NONE : response);
            });
    return headers == null ? HeaderOperations.NONE : headers;
  }

  private static HeaderOperations.Operations ops(Fields fields) {
    Map<String, String> set = fields.stringMap("set");
    Map<String, String> add = fields.stringMap("add");
    List<String> remove = fields.strings("remove");
    List<String> names = new ArrayList<>(add.keySet());
    names.addAll(remove);
    check(fields, "set", new ArrayList<>(set.keySet()), true);
    check(fields, "", names, false);
    return new HeaderOperations.Operations(set, add, remove);
  }

  // Envoy refuses changes to pseudo headers other than the host, which may only be set
  private static void check(Fields fields, String where, List<String> names, boolean hostAllowed) {
    for (String name : names) {
      boolean host = name.equalsIgnoreCase("host") || name.equals(":authority");
      if (name.isEmpty() || (name.startsWith(":") && !host) || (host && !hostAllowed)) {
        fields.error(where, "header \"" + name + "\" can't be changed");
      }
    }
  }
}
