package io.outrigger.bench;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ClusterChoice;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import io.outrigger.config.route.RouteConfigurationCompiler;
import io.outrigger.config.route.RouteContext;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.route.VirtualHost;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A route table as a control plane sends it: 100 virtual hosts, one of them with 50 routes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteBenchmark {
  private static final RouteContext CONTEXT = () -> 7;

  private final RouteTable table = table();
  private final Headers exact = request("s77.shop.svc.cluster.local", "/x");
  private final Headers wildcard = request("a.s77.example.com", "/x");
  private final Headers first = request("many.example.com", "/prefix0/x");
  private final Headers last = request("many.example.com", "/nothing/of/all/this?v=2");
  private final ClusterChoice.Weighted weighted = weighted();
  private long random;

  private static RouteTable table() {
    StringBuilder yaml = new StringBuilder("name: t\nvirtual_hosts:\n");
    for (int i = 0; i < 99; i++) {
      yaml.append(
          """
          - name: v%1$d
            domains: [s%1$d, s%1$d.shop.svc.cluster.local, "*.s%1$d.example.com"]
            routes: [{match: {prefix: /}, route: {cluster: a}}]
          """
              .formatted(i));
    }
    yaml.append("- name: many\n  domains: [many.example.com]\n  routes:\n");
    for (int i = 0; i < 49; i++) {
      String match =
          switch (i % 4) {
            case 0 -> "prefix: /prefix" + i;
            case 1 -> "path: /path" + i;
            case 2 -> "safe_regex: {regex: '/regex" + i + "/[a-z]+/[0-9]+'}";
            default -> "prefix: /, headers: [{name: x-kind, string_match: {exact: k" + i + "}}]";
          };
      yaml.append("  - {match: {").append(match).append("}, route: {cluster: a}}\n");
    }
    yaml.append(
        "  - {match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: a, weight: 90},"
            + " {name: b, weight: 10}]}}}\n");
    return Yamls.value(
        RouteConfigurationCompiler.compile(
            Yamls.message(
                "envoy.config.route.v3.RouteConfiguration",
                RouteConfiguration.parser(),
                yaml.toString())));
  }

  private static Headers request(String authority, String path) {
    Headers headers = new Headers();
    headers.add(":method", "GET");
    headers.add(":path", path);
    headers.add(":authority", authority);
    headers.add(":scheme", "http");
    headers.add("x-kind", "other");
    return headers;
  }

  private ClusterChoice.Weighted weighted() {
    Route route = Objects.requireNonNull(table.route(last, CONTEXT));
    return (ClusterChoice.Weighted) ((ForwardAction) route.action()).cluster();
  }

  @Setup
  public void check() {
    Objects.requireNonNull(virtualHostExact());
    Objects.requireNonNull(virtualHostWildcard());
    Objects.requireNonNull(firstOfFifty());
  }

  /** The virtual host of a name, among 100. */
  @Benchmark
  public @Nullable VirtualHost virtualHostExact() {
    return table.virtualHost(exact);
  }

  /** The virtual host of a name under a wildcard. */
  @Benchmark
  public @Nullable VirtualHost virtualHostWildcard() {
    return table.virtualHost(wildcard);
  }

  /** Virtual host and the first route. */
  @Benchmark
  public @Nullable Route firstOfFifty() {
    return table.route(first, CONTEXT);
  }

  /** Virtual host and the last route: 13 prefixes, 12 paths, 12 regexes and 12 headers fail. */
  @Benchmark
  public @Nullable Route lastOfFifty() {
    return table.route(last, CONTEXT);
  }

  /** One of two weighted clusters. */
  @Benchmark
  public String weightedCluster() {
    random += 0x9e3779b97f4a7c15L;
    return weighted.pick(random).cluster();
  }
}
