package io.outrigger.e2e.differential;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes whole bootstraps of short ones. A short one has sections: {@code #hcm PORT-WORD}, the
 * fields of an HTTP connection manager; {@code #top}, the bootstrap's own fields; {@code
 * #clusters}, clusters beside a and b; {@code #listeners}, listeners in full. What a connection
 * manager does not say of its prefix, its filters and routes is filled in: the router, and
 * everything to cluster a; its first line may be the listener's {@code
 * per_connection_buffer_limit_bytes}. Files of the case's own come last.
 */
final class Bootstraps {
  private static final Pattern SECTION =
      Pattern.compile("(?m)^#(top|hcm|clusters|listeners) ?(\\w*)\\n");
  private static final String ROUTER =
      "http_filters: [{name: envoy.filters.http.router, typed_config: {'@type':"
          + " type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]\n";

  static String whole(String all) {
    int files = all.indexOf("\n# file: ") + 1;
    String text = files > 0 ? all.substring(0, files) : all;
    Matcher matcher = SECTION.matcher(text);
    if (!matcher.lookingAt()) {
      return all;
    }
    StringBuilder listeners = new StringBuilder("  listeners:\n");
    StringBuilder top = new StringBuilder();
    StringBuilder clusters = new StringBuilder("  clusters:\n");
    clusters.append(cluster("a")).append(cluster("b"));
    int from = 0;
    while (matcher.find(from)) {
      int end = matcher.end();
      Matcher next = SECTION.matcher(text);
      String body = text.substring(end, next.find(end) ? next.start() : text.length());
      switch (matcher.group(1)) {
        case "hcm" -> listeners.append(listener(matcher.group(2), body));
        case "top" -> top.append(body);
        case "clusters" -> clusters.append(body.indent(2));
        default -> listeners.append(body.indent(2));
      }
      from = end;
    }
    return top
        + "admin: {address: {socket_address: {address: 127.0.0.1, port_value: {{admin}}}}}\n"
        + "static_resources:\n"
        + listeners
        + clusters
        + all.substring(text.length());
  }

  private static String listener(String port, String fields) {
    String all = fields;
    String limit = "";
    if (all.startsWith("per_connection_buffer_limit_bytes:")) {
      int line = all.indexOf('\n');
      limit = "    " + all.substring(0, line) + "\n";
      all = all.substring(line + 1);
    }
    if (!has(all, "stat_prefix")) {
      all += "stat_prefix: " + port + "\n";
    }
    if (!has(all, "http_filters")) {
      all += ROUTER;
    }
    if (!has(all, "route_config") && !has(all, "scoped_routes") && !has(all, "rds")) {
      all +=
          "route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'], routes: [{match:"
              + " {prefix: /}, route: {cluster: a}}]}]}\n";
    }
    return """
          - name: %1$s
            address: {socket_address: {address: 127.0.0.1, port_value: {{%1$s}}}}
        %2$s    filter_chains:
            - filters:
              - name: http
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
        """
            .formatted(port, limit)
        + all.indent(10);
  }

  private static boolean has(String fields, String field) {
    return fields.startsWith(field + ":") || fields.contains("\n" + field + ":");
  }

  private static String cluster(String name) {
    return """
          - name: %1$s
            connect_timeout: 1s
            load_assignment:
              cluster_name: %1$s
              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: {{%1$s}}}}}}]}]
        """
        .formatted(name);
  }

  private Bootstraps() {}
}
