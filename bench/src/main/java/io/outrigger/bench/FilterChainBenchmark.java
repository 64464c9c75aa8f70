package io.outrigger.bench;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.outrigger.config.listener.ConnectionFacts;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.FilterChainMatcher;
import io.outrigger.config.listener.ListenerCompiler;
import java.net.InetAddress;
import java.util.List;
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

/** The filter chain of a connection, in an inbound listener as Istio makes them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FilterChainBenchmark {
  private record Facts(
      InetAddress destinationAddress,
      int destinationPort,
      String serverName,
      String transportProtocol,
      List<String> applicationProtocols,
      InetAddress directSourceAddress,
      InetAddress sourceAddress,
      int sourcePort)
      implements ConnectionFacts {}

  private final FilterChainMatcher matcher = matcher();
  private final Facts mutual =
      new Facts(
          InetAddress.ofLiteral("10.1.0.11"),
          8087,
          "outbound_.8087_._.reviews.shop.svc.cluster.local",
          "tls",
          List.of("istio", "h2"),
          InetAddress.ofLiteral("10.1.0.12"),
          InetAddress.ofLiteral("10.1.0.12"),
          40_000);

  private static FilterChainMatcher matcher() {
    StringBuilder yaml = new StringBuilder();
    yaml.append("name: in\n");
    yaml.append("address: {socket_address: {address: 0.0.0.0, port_value: 15006}}\n");
    yaml.append("filter_chains:\n");
    for (int port = 8080; port < 8090; port++) {
      for (String match :
          List.of(
              "transport_protocol: tls, application_protocols: [istio, istio-peer-exchange]",
              "transport_protocol: raw_buffer")) {
        yaml.append(
            """
            - filter_chain_match: {destination_port: %d, %s}
              filters:
              - name: tcp
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                  stat_prefix: t
                  cluster: c
            """
                .formatted(port, match));
      }
    }
    return Yamls.value(
            ListenerCompiler.compile(
                Yamls.message(
                    "envoy.config.listener.v3.Listener", Listener.parser(), yaml.toString())))
        .matcher();
  }

  @Setup
  public void check() {
    Objects.requireNonNull(match());
  }

  /** By port, transport and protocol, among 20. */
  @Benchmark
  public @Nullable FilterChain match() {
    return matcher.match(mutual);
  }
}
