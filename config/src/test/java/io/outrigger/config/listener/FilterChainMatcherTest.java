package io.outrigger.config.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Problems;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterChainMatcherTest {
  /** Matches of chains 0, 1, 2...; facts; the chain's index, or -1. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{} ; port=80 ; 0",
        "{destination_port: 80}| {} ; port=80 ; 0",
        "{destination_port: 80}| {} ; port=81 ; 1",
        "{destination_port: 80} ; port=81 ; -1",
        // the most specific prefix
        "{prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]}| {prefix_ranges:"
            + " [{address_prefix: 10.1.0.0, prefix_len: 16}]} ; dst=10.1.2.3 ; 1",
        "{prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]}| {prefix_ranges:"
            + " [{address_prefix: 10.1.0.0, prefix_len: 16}]} ; dst=10.2.2.3 ; 0",
        "{prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]}| {} ; dst=11.2.2.3 ; 1",
        // exact name, then the longest wildcard
        "{server_names: [a.example.com]}| {server_names: ['*.example.com']}| {server_names:"
            + " ['*.com']}| {} ; sni=a.example.com tp=tls ; 0",
        "{server_names: [a.example.com]}| {server_names: ['*.example.com']}| {server_names:"
            + " ['*.com']}| {} ; sni=b.example.com tp=tls ; 1",
        "{server_names: [a.example.com]}| {server_names: ['*.example.com']}| {server_names:"
            + " ['*.com']}| {} ; sni=x.y.example.com tp=tls ; 1",
        "{server_names: [a.example.com]}| {server_names: ['*.example.com']}| {server_names:"
            + " ['*.com']}| {} ; sni=example.com tp=tls ; 2",
        "{server_names: [a.example.com]}| {server_names: ['*.example.com']}| {server_names:"
            + " ['*.com']}| {} ; sni=org tp=tls ; 3",
        "{server_names: [A.Example.com]} ; sni=a.example.com ; 0",
        "{transport_protocol: tls}| {} ; tp=tls ; 0",
        "{transport_protocol: tls}| {} ; tp=raw_buffer ; 1",
        "{transport_protocol: raw_buffer} ; tp= ; 0",
        // the client's order of protocols decides
        "{application_protocols: [h2]}| {application_protocols: [http/1.1]} ; alpn=http/1.1,h2 ; 1",
        "{application_protocols: [h2]}| {application_protocols: [http/1.1]} ; alpn=x,h2 ; 0",
        "{application_protocols: [h2]}| {} ; alpn=x ; 1",
        "{direct_source_prefix_ranges: [{address_prefix: 1.0.0.0, prefix_len: 8}]}| {} ;"
            + " direct=1.2.3.4 src=9.9.9.9 ; 0",
        "{direct_source_prefix_ranges: [{address_prefix: 1.0.0.0, prefix_len: 8}]}| {} ;"
            + " direct=2.2.3.4 src=1.2.3.4 ; 1",
        "{source_type: SAME_IP_OR_LOOPBACK}| {source_type: EXTERNAL} ; src=127.0.0.1 ; 0",
        "{source_type: SAME_IP_OR_LOOPBACK}| {source_type: EXTERNAL} ; src=10.0.0.1 dst=10.0.0.1"
            + " ; 0",
        "{source_type: SAME_IP_OR_LOOPBACK}| {source_type: EXTERNAL} ; src=10.0.0.2 dst=10.0.0.1"
            + " ; 1",
        "{source_prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]}| {source_ports: [7]}"
            + " ; src=10.0.0.1 sport=7 ; 0",
        "{source_ports: [7, 8]}| {} ; sport=8 ; 0",
        "{source_ports: [7, 8]}| {} ; sport=9 ; 1",
        // no backtracking: the port picks chain 0, whose name then does not match
        "{destination_port: 80, server_names: [a.com]}| {server_names: [b.com]} ;"
            + " port=80 sni=b.com tp=tls ; -1",
        // earlier criteria are stronger than later ones
        "{prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]}| {server_names: [a.com]} ;"
            + " dst=10.0.0.1 sni=a.com tp=tls ; 0",
        "{transport_protocol: tls}| {application_protocols: [h2]} ; tp=tls alpn=h2 ; 0",
      })
  void picksTheChain(String matches, String facts, int expected) {
    List<FilterChain> chains = new ArrayList<>();
    for (String match : matches.split("\\|")) {
      chains.add(chain(String.valueOf(chains.size()), match));
    }
    FilterChain found = new FilterChainMatcher(chains, null).match(Facts.of(facts));
    assertThat(found == null ? -1 : Integer.parseInt(found.name())).isEqualTo(expected);
  }

  @Test
  void fallsBackOnTheDefaultChain() {
    FilterChain byDefault = chain("default", "{}");
    FilterChainMatcher matcher =
        new FilterChainMatcher(List.of(chain("0", "{destination_port: 80}")), byDefault);
    assertThat(matcher.match(Facts.of("port=81"))).isSameAs(byDefault);
  }

  @Test
  void matchesOnAPipe() {
    FilterChainMatcher matcher =
        new FilterChainMatcher(
            List.of(
                chain("0", "{prefix_ranges: [{address_prefix: 0.0.0.0, prefix_len: 0}]}"),
                chain("1", "{}")),
            null);
    FilterChain found = matcher.match(Facts.of("dst= src= direct="));
    assertThat(found).isNotNull();
    assertThat(found.name()).isEqualTo("1");
  }

  private static FilterChain chain(String name, String match) {
    Problems problems = new Problems();
    FilterChain chain =
        FilterChainCompiler.compile(
            YamlProto.of(
                "envoy.config.listener.v3.FilterChain",
                io.envoyproxy.envoy.config.listener.v3.FilterChain.parser(),
                "{name: '" + name + "', filter_chain_match: " + match.strip() + "}"),
            problems);
    assertThat(problems.list()).isEmpty();
    return chain;
  }

  private record Facts(
      @Nullable InetAddress destinationAddress,
      int destinationPort,
      String serverName,
      String transportProtocol,
      List<String> applicationProtocols,
      @Nullable InetAddress directSourceAddress,
      @Nullable InetAddress sourceAddress,
      int sourcePort)
      implements ConnectionFacts {

    static Facts of(String text) {
      return new Facts(
          address(text, "dst", "192.0.2.1"),
          Integer.parseInt(value(text, "port", "80")),
          value(text, "sni", ""),
          value(text, "tp", ""),
          value(text, "alpn", "").isEmpty()
              ? List.of()
              : List.of(value(text, "alpn", "").split(",")),
          address(text, "direct", "192.0.2.2"),
          address(text, "src", "192.0.2.2"),
          Integer.parseInt(value(text, "sport", "40000")));
    }

    private static @Nullable InetAddress address(String text, String key, String otherwise) {
      String value = value(text, key, otherwise);
      return value.isEmpty() ? null : InetAddress.ofLiteral(value);
    }

    private static String value(String text, String key, String otherwise) {
      for (String fact : text.strip().split(" ")) {
        if (fact.startsWith(key + "=")) {
          return fact.substring(key.length() + 1);
        }
      }
      return otherwise;
    }
  }
}
