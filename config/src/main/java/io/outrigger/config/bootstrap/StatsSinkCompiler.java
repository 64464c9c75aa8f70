package io.outrigger.config.bootstrap;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.metrics.v3.DogStatsdSink;
import io.envoyproxy.envoy.config.metrics.v3.HistogramEmitMode;
import io.envoyproxy.envoy.config.metrics.v3.MetricsServiceConfig;
import io.envoyproxy.envoy.config.metrics.v3.StatsdSink;
import io.envoyproxy.envoy.extensions.stat_sinks.graphite_statsd.v3.GraphiteStatsdSink;
import io.envoyproxy.envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig;
import io.outrigger.config.address.AddressCompiler;
import io.outrigger.config.bootstrap.StatsSink.TagStyle;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.source.GrpcServiceCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles stats_sinks. */
final class StatsSinkCompiler {
  private static final String DEFAULT_PREFIX = "envoy";

  private StatsSinkCompiler() {}

  static List<StatsSink> compile(
      List<io.envoyproxy.envoy.config.metrics.v3.StatsSink> protos, Problems problems) {
    List<StatsSink> sinks = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      Problems here = problems.at("stats_sinks", i).at("typed_config");
      StatsSink sink = one(TypedExtension.of(protos.get(i).getTypedConfig(), here), here);
      if (sink != null) {
        sinks.add(sink);
      }
    }
    return sinks;
  }

  private static @Nullable StatsSink one(TypedExtension extension, Problems problems) {
    switch (extension.type()) {
      case "envoy.config.metrics.v3.StatsdSink" -> {
        StatsdSink proto = extension.parse(StatsdSink.parser(), problems);
        return proto == null ? null : statsd(proto, problems);
      }
      case "envoy.config.metrics.v3.DogStatsdSink" -> {
        DogStatsdSink proto = extension.parse(DogStatsdSink.parser(), problems);
        return proto == null
            ? null
            : datagrams(
                proto.getAddress(),
                proto.getPrefix(),
                TagStyle.DATADOG,
                proto.getMaxBytesPerDatagram().getValue(),
                problems);
      }
      case "envoy.extensions.stat_sinks.graphite_statsd.v3.GraphiteStatsdSink" -> {
        GraphiteStatsdSink proto = extension.parse(GraphiteStatsdSink.parser(), problems);
        return proto == null
            ? null
            : datagrams(
                proto.getAddress(),
                proto.getPrefix(),
                TagStyle.GRAPHITE,
                proto.getMaxBytesPerDatagram().getValue(),
                problems);
      }
      case "envoy.config.metrics.v3.MetricsServiceConfig" -> {
        MetricsServiceConfig proto = extension.parse(MetricsServiceConfig.parser(), problems);
        return proto == null ? null : metricsService(proto, problems);
      }
      case "envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig" -> {
        SinkConfig proto = extension.parse(SinkConfig.parser(), problems);
        return proto == null ? null : openTelemetry(proto, problems);
      }
      default -> {
        problems.warning(
            "'"
                + extension.type()
                + "' is not supported; StatsdSink, DogStatsdSink, GraphiteStatsdSink,"
                + " MetricsServiceConfig and open_telemetry's SinkConfig are; this sink has no"
                + " effect");
        return null;
      }
    }
  }

  private static @Nullable StatsSink statsd(StatsdSink proto, Problems problems) {
    if (proto.hasAddress()) {
      return datagrams(proto.getAddress(), proto.getPrefix(), TagStyle.NONE, 0, problems);
    }
    if (proto.getTcpClusterName().isEmpty()) {
      problems.error("one of address and tcp_cluster_name is required");
    }
    return new StatsSink.StatsdTcp(proto.getTcpClusterName(), prefix(proto.getPrefix()));
  }

  private static @Nullable StatsSink datagrams(
      Address proto, String prefix, TagStyle tags, long mostBytes, Problems problems) {
    // that its protocol is UDP goes without saying
    Address plain =
        proto.hasSocketAddress()
            ? proto.toBuilder()
                .setSocketAddress(proto.getSocketAddress().toBuilder().clearProtocol())
                .build()
            : proto;
    var address = AddressCompiler.compile(plain, false, problems.at("address"));
    if (address instanceof io.outrigger.config.address.Address.Ip ip) {
      return new StatsSink.Statsd(
          ip, prefix(prefix), tags, (int) Math.min(Integer.MAX_VALUE, mostBytes));
    }
    problems.error("address", "is no IP address; datagrams go to an IP address and port");
    return null;
  }

  private static String prefix(String configured) {
    return configured.isEmpty() ? DEFAULT_PREFIX : configured;
  }

  private static StatsSink metricsService(MetricsServiceConfig proto, Problems problems) {
    HistogramEmitMode mode = proto.getHistogramEmitMode();
    return new StatsSink.MetricsService(
        GrpcServiceCompiler.compile(proto.getGrpcService(), problems.at("grpc_service")),
        proto.getReportCountersAsDeltas().getValue(),
        proto.getEmitTagsAsLabels(),
        mode != HistogramEmitMode.HISTOGRAM,
        mode != HistogramEmitMode.SUMMARY);
  }

  private static StatsSink openTelemetry(SinkConfig proto, Problems problems) {
    return new StatsSink.OpenTelemetry(
        GrpcServiceCompiler.compile(proto.getGrpcService(), problems.at("grpc_service")),
        proto.getReportCountersAsDeltas(),
        proto.getReportHistogramsAsDeltas(),
        !proto.hasEmitTagsAsAttributes() || proto.getEmitTagsAsAttributes().getValue(),
        !proto.hasUseTagExtractedName() || proto.getUseTagExtractedName().getValue(),
        proto.getPrefix().isEmpty() ? "" : proto.getPrefix() + ".");
  }
}
