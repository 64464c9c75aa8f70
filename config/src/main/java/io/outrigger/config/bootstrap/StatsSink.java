package io.outrigger.config.bootstrap;

import io.outrigger.config.address.Address;
import io.outrigger.config.source.GrpcService;

/** Where statistics are sent to at each flush. */
public sealed interface StatsSink {
  /**
   * Statsd's lines in datagrams.
   *
   * @param mostBytes of a datagram; 0: each line is one
   */
  record Statsd(Address.Ip address, String prefix, TagStyle tags, int mostBytes)
      implements StatsSink {}

  /** Statsd's lines to a cluster, over TCP. */
  record StatsdTcp(String cluster, String prefix) implements StatsSink {}

  /**
   * Envoy's metrics service.
   *
   * @param labels whether tags are taken out of names
   */
  record MetricsService(
      GrpcService service, boolean deltas, boolean labels, boolean summaries, boolean histograms)
      implements StatsSink {}

  /**
   * OpenTelemetry's metrics service.
   *
   * @param prefix empty, or what ends with a dot
   */
  record OpenTelemetry(
      GrpcService service,
      boolean counterDeltas,
      boolean histogramDeltas,
      boolean attributes,
      boolean shortNames,
      String prefix)
      implements StatsSink {}

  /** How a line tells a statistic's tags. */
  enum TagStyle {
    /** They stay in the name. */
    NONE,
    /** At the line's end: {@code |#name:value,...}. */
    DATADOG,
    /** Behind the name: {@code ;name=value;...}. */
    GRAPHITE
  }
}
