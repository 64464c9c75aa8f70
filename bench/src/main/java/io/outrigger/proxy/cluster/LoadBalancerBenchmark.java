package io.outrigger.proxy.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.outrigger.bench.Yamls;
import io.outrigger.config.cluster.ClusterCompiler;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.LocalityEndpoints;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.lb.Balancers;
import io.outrigger.proxy.lb.LbScope;
import io.outrigger.proxy.lb.LoadBalancer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
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

/** A host of a cluster of 20, by each of the two usual policies. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LoadBalancerBenchmark {
  private static final LbContext CONTEXT = new LbContext() {};

  private final LoadBalancer turns = balancer("ROUND_ROBIN");
  private final LoadBalancer least = balancer("LEAST_REQUEST");

  private static LoadBalancer balancer(String policy) {
    StringBuilder yaml = new StringBuilder("name: c\ntype: STATIC\nlb_policy: " + policy + "\n");
    yaml.append("load_assignment:\n  cluster_name: c\n  endpoints:\n  - lb_endpoints:\n");
    for (int i = 1; i <= 20; i++) {
      yaml.append("    - endpoint: {address: {socket_address: {address: 10.1.0.")
          .append(i)
          .append(", port_value: 80}}}\n");
    }
    ClusterConfig config =
        Yamls.value(
            ClusterCompiler.compile(
                Yamls.message(
                    "envoy.config.cluster.v3.Cluster", Cluster.parser(), yaml.toString())));
    SplittableRandom random = new SplittableRandom(7);
    return new Balancers(config, new Here(random))
        .of(hosts(Objects.requireNonNull(config.endpoints())));
  }

  private static HostSet hosts(ClusterEndpoints endpoints) {
    List<ResolvedLocality> resolved = new ArrayList<>();
    for (LocalityEndpoints locality : endpoints.localities()) {
      List<ResolvedLocality.ResolvedEndpoint> own = new ArrayList<>();
      for (Endpoint endpoint : locality.endpoints()) {
        String text = endpoint.address().toString();
        own.add(
            new ResolvedLocality.ResolvedEndpoint(
                text,
                Objects.requireNonNull(SocketAddresses.of(endpoint.address())),
                text,
                List.of(),
                "",
                endpoint));
      }
      resolved.add(
          new ResolvedLocality(locality.locality(), locality.priority(), locality.weight(), own));
    }
    return new Membership(2).update(resolved, endpoints).set();
  }

  @Setup
  public void check() {
    Objects.requireNonNull(roundRobin());
    Objects.requireNonNull(leastRequest());
  }

  @Benchmark
  public @Nullable Host roundRobin() {
    return turns.pick(CONTEXT);
  }

  @Benchmark
  public @Nullable Host leastRequest() {
    return least.pick(CONTEXT);
  }

  private record Here(java.util.random.RandomGenerator source) implements LbScope {
    @Override
    public long random() {
      return source.nextLong();
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long activeRequests() {
      return 0;
    }

    @Override
    public void inPanic() {}
  }
}
