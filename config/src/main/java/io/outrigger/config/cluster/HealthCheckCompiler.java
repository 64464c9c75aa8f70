package io.outrigger.config.cluster;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.GrpcHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.HttpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.Payload;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.TcpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.type.v3.CodecClientType;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.outrigger.config.cluster.HealthCheck.StatusRange;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.StringMatcherCompiler;
import io.outrigger.config.route.HeaderMutationsCompiler;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Compiles HealthCheck messages. */
final class HealthCheckCompiler {
  private HealthCheckCompiler() {}

  static HealthCheck compile(
      io.envoyproxy.envoy.config.core.v3.HealthCheck proto, Problems problems) {
    if (!proto.hasUnhealthyThreshold()) {
      problems.error("unhealthy_threshold", "is required");
    }
    if (!proto.hasHealthyThreshold()) {
      problems.error("healthy_threshold", "is required");
    }
    tellUnsupported(proto, problems);
    long interval = required(proto.hasInterval(), proto.getInterval(), "interval", problems);
    long noTraffic =
        Millis.positive(
            proto.hasNoTrafficInterval(),
            proto.getNoTrafficInterval(),
            60_000,
            problems.at("no_traffic_interval"));
    long unhealthy =
        Millis.positive(
            proto.hasUnhealthyInterval(),
            proto.getUnhealthyInterval(),
            interval,
            problems.at("unhealthy_interval"));
    return new HealthCheck(
        required(proto.hasTimeout(), proto.getTimeout(), "timeout", problems),
        interval,
        Millis.orElse(
            proto.hasInitialJitter(), proto.getInitialJitter(), 0, problems.at("initial_jitter")),
        Millis.orElse(
            proto.hasIntervalJitter(),
            proto.getIntervalJitter(),
            0,
            problems.at("interval_jitter")),
        Unsigned.clamp(proto.getIntervalJitterPercent()),
        Unsigned.orElse(proto.hasUnhealthyThreshold(), proto.getUnhealthyThreshold(), 1),
        Unsigned.orElse(proto.hasHealthyThreshold(), proto.getHealthyThreshold(), 1),
        Unsigned.orElse(proto.hasAltPort(), proto.getAltPort(), 0),
        !proto.hasReuseConnection() || proto.getReuseConnection().getValue(),
        noTraffic,
        Millis.positive(
            proto.hasNoTrafficHealthyInterval(),
            proto.getNoTrafficHealthyInterval(),
            noTraffic,
            problems.at("no_traffic_healthy_interval")),
        unhealthy,
        Millis.positive(
            proto.hasUnhealthyEdgeInterval(),
            proto.getUnhealthyEdgeInterval(),
            unhealthy,
            problems.at("unhealthy_edge_interval")),
        Millis.positive(
            proto.hasHealthyEdgeInterval(),
            proto.getHealthyEdgeInterval(),
            interval,
            problems.at("healthy_edge_interval")),
        probe(proto, problems));
  }

  private static long required(
      boolean has, com.google.protobuf.Duration duration, String field, Problems problems) {
    if (!has) {
      problems.error(field, "is required");
    }
    return Millis.positive(has, duration, 1000, problems.at(field));
  }

  @SuppressWarnings("deprecation") // event_log_path
  private static void tellUnsupported(
      io.envoyproxy.envoy.config.core.v3.HealthCheck proto, Problems problems) {
    if (!proto.getEventLogPath().isEmpty()) {
      problems.ignored("event_log_path");
    }
    if (proto.getEventLoggerCount() > 0) {
      problems.ignored("event_logger");
    }
    if (proto.hasTlsOptions()) {
      problems.ignored("tls_options");
    }
    if (proto.hasTransportSocketMatchCriteria()) {
      problems.ignored("transport_socket_match_criteria");
    }
  }

  private static HealthCheck.Probe probe(
      io.envoyproxy.envoy.config.core.v3.HealthCheck proto, Problems problems) {
    return switch (proto.getHealthCheckerCase()) {
      case HTTP_HEALTH_CHECK -> http(proto.getHttpHealthCheck(), problems.at("http_health_check"));
      case TCP_HEALTH_CHECK -> tcp(proto.getTcpHealthCheck(), problems.at("tcp_health_check"));
      case GRPC_HEALTH_CHECK -> grpc(proto.getGrpcHealthCheck(), problems.at("grpc_health_check"));
      case CUSTOM_HEALTH_CHECK -> {
        problems.unsupported("custom_health_check");
        yield new HealthCheck.Tcp(ByteString.EMPTY, List.of());
      }
      case HEALTHCHECKER_NOT_SET -> {
        problems.error(
            "one of http_health_check, tcp_health_check or grpc_health_check is required");
        yield new HealthCheck.Tcp(ByteString.EMPTY, List.of());
      }
    };
  }

  private static HealthCheck.Probe http(HttpHealthCheck proto, Problems problems) {
    if (proto.getPath().isEmpty()) {
      problems.error("path", "is empty; a path is required");
    }
    if (proto.getMethod() == RequestMethod.CONNECT) {
      problems.error("method", "CONNECT is not allowed");
    }
    if (proto.hasSend()) {
      problems.unsupported("send");
    }
    if (proto.getReceiveCount() > 0) {
      problems.unsupported("receive");
    }
    List<StatusRange> expected =
        ranges(proto.getExpectedStatusesList(), "expected_statuses", problems);
    return new HealthCheck.Http(
        proto.getHost(),
        proto.getPath(),
        proto.getMethod() == RequestMethod.METHOD_UNSPECIFIED ? "GET" : proto.getMethod().name(),
        expected.isEmpty() ? List.of(new StatusRange(200, 201)) : expected,
        ranges(proto.getRetriableStatusesList(), "retriable_statuses", problems),
        HeaderMutationsCompiler.request(
            proto.getRequestHeadersToAddList(), proto.getRequestHeadersToRemoveList(), problems),
        proto.getCodecClientType() == CodecClientType.HTTP2,
        proto.hasServiceNameMatcher()
            ? StringMatcherCompiler.compile(
                proto.getServiceNameMatcher(), problems.at("service_name_matcher"))
            : null);
  }

  private static List<StatusRange> ranges(
      List<Int64Range> protos, String field, Problems problems) {
    List<StatusRange> ranges = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      Int64Range proto = protos.get(i);
      if (proto.getStart() < 100 || proto.getEnd() > 600 || proto.getStart() >= proto.getEnd()) {
        problems
            .at(field, i)
            .error(
                "is ["
                    + proto.getStart()
                    + ", "
                    + proto.getEnd()
                    + "); start >= 100, end <= 600 and start < end are required");
      }
      ranges.add(new StatusRange((int) proto.getStart(), (int) proto.getEnd()));
    }
    return ranges;
  }

  private static HealthCheck.Probe tcp(TcpHealthCheck proto, Problems problems) {
    if (proto.hasProxyProtocolConfig()) {
      problems.unsupported("proxy_protocol_config");
    }
    List<ByteString> receive = new ArrayList<>(proto.getReceiveCount());
    for (int i = 0; i < proto.getReceiveCount(); i++) {
      receive.add(payload(proto.getReceive(i), problems.at("receive", i)));
    }
    return new HealthCheck.Tcp(
        proto.hasSend() ? payload(proto.getSend(), problems.at("send")) : ByteString.EMPTY,
        receive);
  }

  private static ByteString payload(Payload proto, Problems problems) {
    if (!proto.hasText()) {
      return proto.getBinary();
    }
    try {
      return ByteString.copyFrom(HexFormat.of().parseHex(proto.getText()));
    } catch (IllegalArgumentException _) {
      problems.error("text", "'" + proto.getText() + "' is not an even number of hex digits");
      return ByteString.EMPTY;
    }
  }

  private static HealthCheck.Probe grpc(GrpcHealthCheck proto, Problems problems) {
    return new HealthCheck.Grpc(
        proto.getServiceName(),
        proto.getAuthority(),
        HeaderMutationsCompiler.added(
            proto.getInitialMetadataList(), "initial_metadata", problems));
  }
}
