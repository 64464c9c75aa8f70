package io.outrigger.config.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ClusterChoice.ClusterWeight;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  @Test
  void ignoresThePortIfTold() {
    String yaml =
        "{name: t, ignore_port_in_host_matching: %s, virtual_hosts: [{name: v, domains: [a.com],"
            + " routes: []}]}";
    Headers request = RouteTables.request("a.com:8080", "/");
    assertThat(RouteTables.table(yaml.formatted(true)).virtualHost(request)).isNotNull();
    assertThat(RouteTables.table(yaml.formatted(false)).virtualHost(request)).isNull();
  }

  @Test
  void namesTheClustersThatItRefersTo() {
    RouteTable table =
        RouteTables.withRoutes(
            "[{match: {prefix: /1}, route: {cluster: a}}, {match: {prefix: /2}, route:"
                + " {weighted_clusters: {clusters: [{name: b, weight: 1}, {name: c, weight: 0}]},"
                + " request_mirror_policies: [{cluster: d}]}}, {match: {prefix: /3}, route:"
                + " {cluster_header: x}}, {match: {prefix: /4}, redirect: {}}]");
    assertThat(table.referencedClusters()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void mutatesLevelsInEnvoysOrder() {
    assertThat(added(RouteTables.table(LEVELS.formatted(false))))
        .containsExactly("cluster", "route", "host", "table");
    assertThat(added(RouteTables.table(LEVELS.formatted(true))))
        .containsExactly("cluster", "table", "host", "route");
  }

  private static final String LEVELS =
      """
      name: t
      most_specific_header_mutations_wins: %s
      request_headers_to_add: [{header: {key: x, value: table}}]
      virtual_hosts:
      - name: v
        domains: ["*"]
        request_headers_to_add: [{header: {key: x, value: host}}]
        routes:
        - match: {prefix: /}
          request_headers_to_add: [{header: {key: x, value: route}}]
          route:
            weighted_clusters:
              clusters:
              - name: a
                weight: 1
                request_headers_to_add: [{header: {key: x, value: cluster}}]
      """;

  private static List<String> added(RouteTable table) {
    Route route = table.route(RouteTables.request("h", "/"), () -> 0);
    assertThat(route).isNotNull();
    ForwardAction action = (ForwardAction) route.action();
    ClusterWeight weight = ((ClusterChoice.Weighted) action.cluster()).pick(0);
    return weight.requestHeaders().steps().stream()
        .map(step -> ((HeaderMutation.Put) step).value().source())
        .toList();
  }

  @Test
  void removesBeforeItAdds() {
    RouteTable table =
        RouteTables.withRoutes(
            "[{match: {prefix: /}, response_headers_to_add: [{header: {key: a, value: '1'}}],"
                + " response_headers_to_remove: [b], direct_response: {status: 200}}]");
    Route route = table.route(RouteTables.request("h", "/"), () -> 0);
    assertThat(route).isNotNull();
    assertThat(route.responseHeaders().steps())
        .hasExactlyElementsOfTypes(HeaderMutation.Remove.class, HeaderMutation.Put.class);
  }

  @Test
  void sharesRandomNumbersOutByWeight() {
    RouteTable table =
        RouteTables.withRoutes(
            "[{match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: a, weight: 90},"
                + " {name: z, weight: 0}, {name: b, weight: 10}]}}}]");
    Route route = table.route(RouteTables.request("h", "/"), () -> 0);
    assertThat(route).isNotNull();
    ClusterChoice.Weighted weighted =
        (ClusterChoice.Weighted) ((ForwardAction) route.action()).cluster();
    int first = 0;
    for (int random = 0; random < 1000; random++) {
      String picked = weighted.pick(random).cluster();
      assertThat(picked).isNotEqualTo("z");
      first += picked.equals("a") ? 1 : 0;
    }
    assertThat(first).isEqualTo(900);
    assertThat(weighted.pick(-1).cluster()).isIn("a", "b");
  }

  @Test
  void looksUpWithoutAllocation() {
    StringBuilder hosts = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      hosts.append(
          """
          - name: v%1$d
            domains: [s%1$d.example.com, "*.s%1$d.example.com", "s%1$d:*"]
            routes:
            - match: {prefix: /x, headers: [{name: x-kind, string_match: {prefix: a, ignore_case: true}}]}
              route: {cluster: a}
            - match: {path_separated_prefix: /api, query_parameters: [{name: v, string_match: {exact: "2"}}]}
              route: {cluster: a}
          """
              .formatted(i));
    }
    RouteTable table = RouteTables.table("name: t\nvirtual_hosts:\n" + hosts);
    Headers request = RouteTables.request("a.S77.example.com", "/api/x?v=2", "x-kind", "b");
    RouteContext context = () -> 7;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThat(table.route(request, context)).isNotNull();
    long allocated = Long.MAX_VALUE;
    // The first rounds may include the JIT's own work on this thread.
    for (int round = 0; round < 20 && allocated > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        table.route(request, context);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).isZero();
  }
}
