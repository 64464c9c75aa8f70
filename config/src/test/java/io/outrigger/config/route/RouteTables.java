package io.outrigger.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.http.Headers;

/** Route tables and requests of tests. */
final class RouteTables {
  private RouteTables() {}

  static Compiled<RouteTable> compile(String yaml) {
    return RouteConfigurationCompiler.compile(
        YamlProto.of(
            "envoy.config.route.v3.RouteConfiguration", RouteConfiguration.parser(), yaml));
  }

  static RouteTable table(String yaml) {
    return YamlProto.value(compile(yaml));
  }

  /** A table with one virtual host for all, and these routes. */
  static RouteTable withRoutes(String routes) {
    return table(routesYaml(routes));
  }

  static String routesYaml(String routes) {
    return "{name: t, virtual_hosts: [{name: v, domains: ['*'], routes: " + routes + "}]}";
  }

  /** A GET request; further headers as {@code name, value, name, value}. */
  static Headers request(String authority, String path, String... more) {
    Headers headers = new Headers();
    headers.add(":method", "GET");
    headers.add(":path", path);
    headers.add(":authority", authority);
    headers.add(":scheme", "http");
    for (int i = 0; i < more.length; i += 2) {
      headers.add(more[i], more[i + 1]);
    }
    return headers;
  }
}
