package io.outrigger.config.tracing;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.Tracing;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.resource_detectors.v3.StaticConfigResourceDetectorConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.source.GrpcServiceCompiler;
import io.outrigger.config.source.HttpServiceCompiler;
import io.outrigger.config.source.HttpUri;
import io.outrigger.config.source.TelemetryService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles tracing providers. */
public final class TracerCompiler {
  private static final String TRACERS = "envoy.extensions.tracers.opentelemetry.";
  private static final String ENVIRONMENT = "OTEL_RESOURCE_ATTRIBUTES";

  private TracerCompiler() {}

  public static @Nullable TracerConfig compile(Tracing.Http proto, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    switch (extension.type()) {
      case "envoy.config.trace.v3.ZipkinConfig" -> {
        ZipkinConfig zipkin = extension.parse(ZipkinConfig.parser(), here);
        return zipkin == null ? null : zipkin(zipkin, here);
      }
      case "envoy.config.trace.v3.OpenTelemetryConfig" -> {
        OpenTelemetryConfig otel = extension.parse(OpenTelemetryConfig.parser(), here);
        return otel == null ? null : openTelemetry(otel, here);
      }
      default -> {
        here.error(
            "'"
                + extension.type()
                + "' is not supported; ZipkinConfig and OpenTelemetryConfig are");
        return null;
      }
    }
  }

  @SuppressWarnings("deprecation") // split_spans_for_request, still in use
  private static TracerConfig zipkin(ZipkinConfig proto, Problems problems) {
    problems.checkRules("envoy.config.trace.v3.ZipkinConfig", proto);
    if (proto.getCollectorEndpointVersion() != ZipkinConfig.CollectorEndpointVersion.HTTP_JSON) {
      problems.error(
          "collector_endpoint_version",
          proto.getCollectorEndpointVersion().name() + " is not supported; HTTP_JSON is");
    }
    return new TracerConfig.Zipkin(
        new TelemetryService.Http(
            new HttpUri(
                proto.getCollectorCluster(),
                proto.getCollectorHostname().isEmpty()
                    ? proto.getCollectorCluster()
                    : proto.getCollectorHostname(),
                proto.getCollectorEndpoint(),
                0),
            List.of()),
        proto.getTraceId128Bit(),
        !proto.hasSharedSpanContext() || proto.getSharedSpanContext().getValue(),
        proto.getSplitSpansForRequest());
  }

  private static @Nullable TracerConfig openTelemetry(
      OpenTelemetryConfig proto, Problems problems) {
    TelemetryService collector;
    if (proto.hasGrpcService() && proto.hasHttpService()) {
      problems.error(
          "OpenTelemetry Tracer cannot have both gRPC and HTTP exporters configured: one of"
              + " grpc_service and http_service is allowed");
      return null;
    } else if (proto.hasGrpcService()) {
      collector =
          new TelemetryService.Grpc(
              GrpcServiceCompiler.compile(proto.getGrpcService(), problems.at("grpc_service")));
    } else if (proto.hasHttpService()) {
      collector = HttpServiceCompiler.compile(proto.getHttpService(), problems.at("http_service"));
    } else {
      problems.warning("has neither grpc_service nor http_service: spans are not exported");
      return null;
    }
    return new TracerConfig.OpenTelemetry(
        collector, resource(proto, problems), alwaysOn(proto, problems));
  }

  private static boolean alwaysOn(OpenTelemetryConfig proto, Problems problems) {
    if (!proto.hasSampler()) {
      return false;
    }
    Problems here = problems.at("sampler").at("typed_config");
    String type = TypedExtension.of(proto.getSampler().getTypedConfig(), here).type();
    if (!type.equals(TRACERS + "samplers.v3.AlwaysOnSamplerConfig")) {
      here.error("'" + type + "' is not supported; AlwaysOnSamplerConfig is");
    }
    return true;
  }

  private static List<Map.Entry<String, String>> resource(
      OpenTelemetryConfig proto, Problems problems) {
    Map<String, String> resource = new LinkedHashMap<>();
    resource.put(
        "service.name",
        proto.getServiceName().isEmpty() ? "unknown_service:envoy" : proto.getServiceName());
    for (int i = 0; i < proto.getResourceDetectorsCount(); i++) {
      TypedExtensionConfig detector = proto.getResourceDetectors(i);
      Problems here = problems.at("resource_detectors", i).at("typed_config");
      TypedExtension extension = TypedExtension.of(detector.getTypedConfig(), here);
      switch (extension.type()) {
        case TRACERS + "resource_detectors.v3.EnvironmentResourceDetectorConfig" ->
            environment(System.getenv(ENVIRONMENT), resource, here);
        case TRACERS + "resource_detectors.v3.StaticConfigResourceDetectorConfig" -> {
          var fixed = extension.parse(StaticConfigResourceDetectorConfig.parser(), here);
          if (fixed != null) {
            fixed.getAttributesMap().forEach((key, value) -> put(resource, key, value));
          }
        }
        default ->
            here.error(
                "'"
                    + extension.type()
                    + "' is not supported; EnvironmentResourceDetectorConfig and"
                    + " StaticConfigResourceDetectorConfig are");
      }
    }
    return new ArrayList<>(resource.entrySet());
  }

  /** OTEL_RESOURCE_ATTRIBUTES: key=value pairs with commas between. */
  static void environment(@Nullable String text, Map<String, String> resource, Problems problems) {
    if (text == null || text.isEmpty()) {
      return;
    }
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        problems.warning(
            "the environment's " + ENVIRONMENT + " has '" + pair + "'; key=value is allowed");
        return;
      }
      put(resource, pair.substring(0, equals), pair.substring(equals + 1));
    }
  }

  private static void put(Map<String, String> resource, String key, String value) {
    if (!key.isEmpty() && !value.isEmpty()) {
      resource.put(key, value);
    }
  }
}
