package io.outrigger.config.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteMatchTest {
  private static final RouteContext CONTEXT = () -> 0;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{prefix: /api}; /api; true",
        "{prefix: /api}; /apis/1?x=/; true",
        "{prefix: /api}; /ap; false",
        "{prefix: /API, case_sensitive: false}; /api/x; true",
        "{prefix: /API}; /api/x; false",
        "{prefix: ''}; /; true",
        "{path: /api}; /api; true",
        "{path: /api}; /api?x=1; true",
        "{path: /api}; /api/; false",
        "{path: /api}; '/api#f'; true",
        "{path: /Api, case_sensitive: false}; /aPI; true",
        "{path_separated_prefix: /api}; /api; true",
        "{path_separated_prefix: /api}; /api/v1; true",
        "{path_separated_prefix: /api}; /api?x; true",
        "{path_separated_prefix: /api}; /apiv1; false",
        "{safe_regex: {regex: '/b[io]t'}}; /bit; true",
        "{safe_regex: {regex: '/b[io]t'}}; /bot?x=1; true",
        "{safe_regex: {regex: '/b[io]t'}}; /bits; false",
        "{safe_regex: {regex: '/b[io]t'}}; /bite; false",
        "{connect_matcher: {}}; /; false",
        "{prefix: /, query_parameters: [{name: a, string_match: {exact: '1'}}]}; /x?a=1; true",
        "{prefix: /, query_parameters: [{name: a, string_match: {exact: '1'}}]}; /x?a=2; false",
        "{prefix: /, query_parameters: [{name: a}]}; /x; false",
        "{prefix: /, headers: [{name: x}]}; /; false",
        "{prefix: /, grpc: {}}; /; false",
        "{prefix: /, runtime_fraction: {default_value: {numerator: 1}}}; /; true",
        "{prefix: /, runtime_fraction: {default_value: {numerator: 0}}}; /; false",
        "{prefix: /, tls_context: {presented: true}}; /; false",
        "{prefix: /, tls_context: {presented: false}}; /; true",
      })
  void matches(String match, String path, boolean expected) {
    RouteTable table =
        RouteTables.withRoutes("[{match: " + match + ", direct_response: {status: 200}}]");
    assertThat(table.route(RouteTables.request("h", path), CONTEXT) != null).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc, true",
    "application/grpc+proto, true",
    "application/grpc-web, false",
    "application/json, false",
  })
  void knowsGrpcByItsContentType(String contentType, boolean expected) {
    RouteTable table =
        RouteTables.withRoutes("[{match: {prefix: /, grpc: {}}, direct_response: {status: 200}}]");
    Headers request = RouteTables.request("h", "/", "content-type", contentType);
    assertThat(table.route(request, CONTEXT) != null).isEqualTo(expected);
  }

  @Test
  void takesTheFirstRouteThatMatches() {
    RouteTable table =
        RouteTables.withRoutes(
            """
            - {name: one, match: {prefix: /a, headers: [{name: x}]}, direct_response: {status: 200}}
            - {name: two, match: {prefix: /a}, direct_response: {status: 200}}
            - {name: three, match: {prefix: /a/b}, direct_response: {status: 200}}
            """
                .replaceAll("(?m)^- (.*)$", "$1,")
                .transform(lines -> "[" + lines + "]"));
    assertThat(name(table, RouteTables.request("h", "/a/b"))).isEqualTo("two");
    assertThat(name(table, RouteTables.request("h", "/a", "x", ""))).isEqualTo("one");
    assertThat(name(table, RouteTables.request("h", "/b"))).isEmpty();
  }

  @Test
  void connectNeedsItsMatcher() {
    RouteTable table =
        RouteTables.withRoutes(
            "[{name: p, match: {prefix: /}, direct_response: {status: 200}},"
                + " {name: c, match: {connect_matcher: {}}, direct_response: {status: 200}}]");
    Headers request = new Headers();
    request.add(":method", "CONNECT");
    request.add(":authority", "h:443");
    assertThat(name(table, request)).isEqualTo("c");
  }

  private static String name(RouteTable table, Headers request) {
    Route route = table.route(request, CONTEXT);
    return route == null ? "" : route.name();
  }
}
