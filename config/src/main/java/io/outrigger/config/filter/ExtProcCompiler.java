package io.outrigger.config.filter;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExtProcOverrides;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.MetadataOptions;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.outrigger.config.cel.Attribute;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.StringMatcherCompiler;
import io.outrigger.config.route.HeaderMutationRules;
import io.outrigger.config.route.HeaderMutationRulesCompiler;
import io.outrigger.config.source.GrpcServiceCompiler;
import io.outrigger.config.source.HttpServiceCompiler;
import io.outrigger.config.source.TelemetryService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles ExternalProcessor messages, of the chain and of routes. */
final class ExtProcCompiler {
  private static final long DEFAULT_TIMEOUT = 200;
  private static final long DEFAULT_DEFERRED_CLOSE = 5000;

  private ExtProcCompiler() {}

  static ExtProcConfig compile(ExternalProcessor proto, Problems problems) {
    checkUnsupported(proto, problems);
    ExtProcMode mode = ExtProcMode.of(proto.getProcessingMode());
    checkDuplex(mode, problems.at("processing_mode"));
    Problems service = problems;
    if (proto.hasHttpService()) {
      service = new Problems(); // there is none by gRPC
    }
    MetadataOptions metadata = metadata(proto.getMetadataOptions(), problems);
    return new ExtProcConfig(
        GrpcServiceCompiler.compile(proto.getGrpcService(), service.at("grpc_service")),
        proto.hasHttpService() ? http(proto, mode, problems) : null,
        proto.getStatPrefix(),
        proto.getFailureModeAllow(),
        mode,
        Millis.orElse(
            proto.hasMessageTimeout(),
            proto.getMessageTimeout(),
            DEFAULT_TIMEOUT,
            problems.at("message_timeout")),
        Millis.orElse(
            proto.hasMaxMessageTimeout(),
            proto.getMaxMessageTimeout(),
            0,
            problems.at("max_message_timeout")),
        proto.hasMutationRules()
            ? HeaderMutationRulesCompiler.compile(
                proto.getMutationRules(), problems.at("mutation_rules"))
            : HeaderMutationRules.DEFAULT,
        proto.getForwardRules().hasAllowedHeaders()
            ? StringMatcherCompiler.compileAll(
                proto.getForwardRules().getAllowedHeaders(),
                problems.at("forward_rules").at("allowed_headers"))
            : null,
        StringMatcherCompiler.compileAll(
            proto.getForwardRules().getDisallowedHeaders(),
            problems.at("forward_rules").at("disallowed_headers")),
        proto.getDisableImmediateResponse(),
        routeCache(proto, problems),
        metadata.getForwardingNamespaces().getUntypedList(),
        metadata.getReceivingNamespaces().getUntypedList(),
        proto.getSendBodyWithoutWaitingForHeaderResponse(),
        proto.getAllowModeOverride()
            && !proto.getSendBodyWithoutWaitingForHeaderResponse()
            && !mode.hasFullDuplex(),
        allowed(mode, proto.getAllowedOverrideModesList()),
        proto.getObservabilityMode(),
        Millis.orElse(
            proto.hasDeferredCloseTimeout(),
            proto.getDeferredCloseTimeout(),
            DEFAULT_DEFERRED_CLOSE,
            problems.at("deferred_close_timeout")),
        attributes(proto.getRequestAttributesList(), problems, "request_attributes"),
        attributes(proto.getResponseAttributesList(), problems, "response_attributes"));
  }

  /** What they leave open is the filter's. */
  private static List<ExtProcMode> allowed(ExtProcMode mode, List<ProcessingMode> protos) {
    List<ExtProcMode> out = new ArrayList<>(protos.size());
    for (ProcessingMode each : protos) {
      out.add(mode.overriddenBy(each));
    }
    return List.copyOf(out);
  }

  /** Envoy takes expressions of them too. */
  private static List<Attribute> attributes(List<String> names, Problems problems, String field) {
    List<Attribute> out = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      Attribute attribute = Attribute.of(names.get(i));
      if (attribute == null) {
        problems.error(
            field + "[" + i + "]", "is " + names.get(i) + ", which is no attribute's name");
      } else if (attribute == Attribute.METADATA || attribute == Attribute.FILTER_STATE) {
        problems.unsupported(field + "[" + i + "]");
      } else {
        out.add(attribute);
      }
    }
    return List.copyOf(out);
  }

  private static void checkDuplex(ExtProcMode mode, Problems problems) {
    checkDuplex(mode.request(), problems, "request_trailer_mode");
    checkDuplex(mode.response(), problems, "response_trailer_mode");
  }

  private static void checkDuplex(ExtProcMode.Way way, Problems problems, String field) {
    if (way.body() == ExtProcMode.Body.FULL_DUPLEX_STREAMED && !way.trailers()) {
      problems.error(field, "must be SEND where the body is FULL_DUPLEX_STREAMED");
    }
  }

  private static TelemetryService.Http http(
      ExternalProcessor proto, ExtProcMode mode, Problems problems) {
    if (proto.hasGrpcService()) {
      problems.error("http_service", "grpc_service is there too");
    }
    if (!mode.isOfHeads()) {
      problems.error("processing_mode", "shows bodies or trailers, which http_service can't");
    }
    return HttpServiceCompiler.compile(
        proto.getHttpService().getHttpService(), problems.at("http_service").at("http_service"));
  }

  private static ExtProcConfig.RouteCache routeCache(ExternalProcessor proto, Problems problems) {
    boolean retain = proto.getDisableClearRouteCache();
    return switch (proto.getRouteCacheAction()) {
      case CLEAR -> {
        if (retain) {
          problems.error("route_cache_action", "disable_clear_route_cache is there too");
        }
        yield ExtProcConfig.RouteCache.CLEAR;
      }
      case RETAIN -> ExtProcConfig.RouteCache.RETAIN;
      case DEFAULT, UNRECOGNIZED ->
          retain ? ExtProcConfig.RouteCache.RETAIN : ExtProcConfig.RouteCache.DEFAULT;
    };
  }

  private static void checkUnsupported(ExternalProcessor proto, Problems problems) {
    if (proto.hasOnProcessingResponse()) {
      problems.unsupported("on_processing_response");
    }
    if (proto.hasFilterMetadata()) {
      problems.ignored("filter_metadata");
    }
  }

  private static MetadataOptions metadata(MetadataOptions proto, Problems problems) {
    Problems here = problems.at("metadata_options");
    if (proto.getForwardingNamespaces().getTypedCount() > 0) {
      here.at("forwarding_namespaces").ignored("typed");
    }
    if (proto.getReceivingNamespaces().getTypedCount() > 0) {
      here.at("receiving_namespaces").ignored("typed");
    }
    return proto;
  }

  static @Nullable RouteFilterConfig route(ExtProcPerRoute proto, Problems problems) {
    return switch (proto.getOverrideCase()) {
      case DISABLED -> {
        if (!proto.getDisabled()) {
          problems.error("disabled", "is false; only true is allowed");
        }
        yield new RouteFilterConfig(true, null);
      }
      case OVERRIDES ->
          new RouteFilterConfig(false, overrides(proto.getOverrides(), problems.at("overrides")));
      case OVERRIDE_NOT_SET -> {
        problems.error("one of disabled or overrides is required");
        yield null;
      }
    };
  }

  private static ExtProcRoute overrides(ExtProcOverrides proto, Problems problems) {
    if (proto.getRequestAttributesCount() > 0) {
      problems.ignored("request_attributes");
    }
    if (proto.getResponseAttributesCount() > 0) {
      problems.ignored("response_attributes");
    }
    if (proto.getAsyncMode()) {
      problems.ignored("async_mode");
    }
    List<Map.Entry<String, String>> metadata = new ArrayList<>();
    for (HeaderValue header : proto.getGrpcInitialMetadataList()) {
      metadata.add(Map.entry(header.getKey(), header.getValue()));
    }
    MetadataOptions options = metadata(proto.getMetadataOptions(), problems);
    return new ExtProcRoute(
        proto.hasProcessingMode() ? ExtProcMode.of(proto.getProcessingMode()) : null,
        proto.hasGrpcService()
            ? GrpcServiceCompiler.compile(proto.getGrpcService(), problems.at("grpc_service"))
            : null,
        options.hasForwardingNamespaces()
            ? options.getForwardingNamespaces().getUntypedList()
            : null,
        options.hasReceivingNamespaces() ? options.getReceivingNamespaces().getUntypedList() : null,
        metadata);
  }
}
