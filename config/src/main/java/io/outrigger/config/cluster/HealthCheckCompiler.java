package io.outrigger.config.cluster;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.GrpcHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.HttpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.Payload;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.TcpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink;
import io.envoyproxy.envoy.type.v3.CodecClientType;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.outrigger.config.cluster.HealthCheck.StatusRange;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.StringMatcherCompiler;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.route.HeaderMutationsCompiler;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Compiles HealthCheck messages. */
final class HealthCheckCompiler {
  private static final String FILE_SINK =
      "envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink";
  private static final List<String> WITH_BODY = List.of("POST", "PUT", "PATCH", "OPTIONS");

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
        new HealthCheck.Events(
            eventLogs(proto, problems),
            proto.getAlwaysLogHealthCheckFailures(),
            proto.getAlwaysLogHealthCheckSuccess()),
        proto.getTlsOptions().getAlpnProtocolsList(),
        proto.hasTransportSocketMatchCriteria()
            ? new Metadata(
                Map.of("envoy.transport_socket_match", proto.getTransportSocketMatchCriteria()))
            : null,
        probe(proto, problems));
  }

  private static long required(
      boolean has, com.google.protobuf.Duration duration, String field, Problems problems) {
    if (!has) {
      problems.error(field, "is required");
    }
    return Millis.positive(has, duration, 1000, problems.at(field));
  }

  private static void tellUnsupported(
      io.envoyproxy.envoy.config.core.v3.HealthCheck proto, Problems problems) {
    if (proto.hasAltPort()) {
      problems.ignored("alt_port"); // as in Envoy: the endpoint's health_check_config says it
    }
    if (proto.hasEventService()) {
      problems.ignored("event_service");
    }
  }

  /** The files that events go to. */
  @SuppressWarnings("deprecation") // event_log_path
  private static List<String> eventLogs(
      io.envoyproxy.envoy.config.core.v3.HealthCheck proto, Problems problems) {
    List<String> paths = new ArrayList<>();
    if (!proto.getEventLogPath().isEmpty()) {
      paths.add(proto.getEventLogPath());
    }
    for (int i = 0; i < proto.getEventLoggerCount(); i++) {
      Problems here = problems.at("event_logger", i).at("typed_config");
      TypedExtension extension = TypedExtension.of(proto.getEventLogger(i).getTypedConfig(), here);
      if (!extension.type().equals(FILE_SINK)) {
        here.error("'" + extension.type() + "' is not supported; " + FILE_SINK + " is");
        continue;
      }
      HealthCheckEventFileSink sink = extension.parse(HealthCheckEventFileSink.parser(), here);
      if (sink != null && sink.getEventLogPath().isEmpty()) {
        here.error("event_log_path", "is empty; a path is required");
      } else if (sink != null) {
        paths.add(sink.getEventLogPath());
      }
    }
    return paths;
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
    String method =
        proto.getMethod() == RequestMethod.METHOD_UNSPECIFIED ? "GET" : proto.getMethod().name();
    if (proto.hasSend() && !WITH_BODY.contains(method)) {
      problems.error("send", "is not allowed with " + method + "; a body goes with " + WITH_BODY);
    }
    List<StatusRange> expected =
        ranges(proto.getExpectedStatusesList(), "expected_statuses", problems);
    return new HealthCheck.Http(
        proto.getHost(),
        proto.getPath(),
        method,
        expected.isEmpty() ? List.of(new StatusRange(200, 201)) : expected,
        ranges(proto.getRetriableStatusesList(), "retriable_statuses", problems),
        HeaderMutationsCompiler.request(
            proto.getRequestHeadersToAddList(), proto.getRequestHeadersToRemoveList(), problems),
        proto.getCodecClientType() == CodecClientType.HTTP2,
        proto.hasSend() ? payload(proto.getSend(), problems.at("send")) : ByteString.EMPTY,
        payloads(proto.getReceiveList(), problems),
        proto.hasResponseBufferSize() ? proto.getResponseBufferSize().getValue() : 1024,
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
    return new HealthCheck.Tcp(
        proto.hasSend() ? payload(proto.getSend(), problems.at("send")) : ByteString.EMPTY,
        payloads(proto.getReceiveList(), problems));
  }

  private static List<ByteString> payloads(List<Payload> protos, Problems problems) {
    List<ByteString> receive = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      receive.add(payload(protos.get(i), problems.at("receive", i)));
    }
    return receive;
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
