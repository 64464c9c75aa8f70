package io.outrigger.config.ratelimit;

import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.config.route.v3.RateLimit.Action;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.accesslog.LogFormatParser;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.HeaderMatcherCompiler;
import io.outrigger.config.match.HeaderNames;
import io.outrigger.config.match.QueryParameterMatcherCompiler;
import io.outrigger.config.match.RuntimeFraction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles RateLimit messages, of virtual hosts, routes and filters. What the proto's own rules say
 * has been checked before.
 */
public final class RateLimitPolicyCompiler {
  private RateLimitPolicyCompiler() {}

  /** Those of a virtual host or a route. */
  public static List<RateLimitPolicy> ofRoutes(List<RateLimit> protos, Problems problems) {
    return compileAll(protos, false, problems);
  }

  /** Those that a filter's own configuration has: all at its stage, and always on. */
  public static List<RateLimitPolicy> ofFilters(List<RateLimit> protos, Problems problems) {
    return compileAll(protos, true, problems);
  }

  private static List<RateLimitPolicy> compileAll(
      List<RateLimit> protos, boolean inFilter, Problems problems) {
    if (protos.isEmpty()) {
      return List.of();
    }
    List<RateLimitPolicy> all = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      all.add(compile(protos.get(i), inFilter, problems.at("rate_limits", i)));
    }
    return List.copyOf(all);
  }

  private static RateLimitPolicy compile(RateLimit proto, boolean inFilter, Problems problems) {
    if (inFilter) {
      refuse(proto.hasStage(), "stage", problems);
      refuse(!proto.getDisableKey().isEmpty(), "disable_key", problems);
      refuse(proto.hasLimit(), "limit", problems);
    }
    List<RateLimitAction> actions = new ArrayList<>(proto.getActionsCount());
    for (int i = 0; i < proto.getActionsCount(); i++) {
      RateLimitAction action = action(proto.getActions(i), inFilter, problems.at("actions", i));
      if (action != null) {
        actions.add(action);
      }
    }
    return new RateLimitPolicy(
        Unsigned.orElse(proto.hasStage(), proto.getStage(), 0),
        proto.getDisableKey().isEmpty()
            ? RuntimeFraction.ALL
            : new RuntimeFraction(
                100, 100, "ratelimit." + proto.getDisableKey() + ".http_filter_enabled"),
        actions,
        override(proto, problems),
        proto.getHitsAddend().hasNumber()
            ? proto.getHitsAddend().getNumber().getValue()
            : Descriptor.UNSET,
        hitsFormat(proto, problems.at("hits_addend")),
        proto.getApplyOnStreamDone());
  }

  private static void refuse(boolean set, String field, Problems problems) {
    if (set) {
      problems.error(
          field, "is for rate_limits of virtual hosts and routes; here it is not allowed");
    }
  }

  private static @Nullable MetadataPath override(RateLimit proto, Problems problems) {
    if (!proto.hasLimit()) {
      return null;
    }
    if (!proto.getLimit().hasDynamicMetadata()) {
      problems.at("limit").error("dynamic_metadata is required");
      return null;
    }
    return new MetadataPath(proto.getLimit().getDynamicMetadata().getMetadataKey());
  }

  private static @Nullable LogFormat hitsFormat(RateLimit proto, Problems problems) {
    String format = proto.getHitsAddend().getFormat();
    if (format.isEmpty()) {
      return null;
    }
    if (proto.getHitsAddend().hasNumber()) {
      problems.error("number and format are both set; one of them is allowed");
    }
    LogFormat parsed = LogFormatParser.parse(format, problems.at("format"));
    if (parsed.elements().size() != 1 || parsed.constant() != null) {
      problems.error("format", "'" + format + "' is not one %OPERATOR%, which is required");
    }
    return parsed;
  }

  @SuppressWarnings("deprecation") // dynamic_metadata, which Envoy refuses by default
  private static @Nullable RateLimitAction action(
      Action proto, boolean inFilter, Problems problems) {
    return switch (proto.getActionSpecifierCase()) {
      case SOURCE_CLUSTER -> new RateLimitAction.SourceCluster();
      case DESTINATION_CLUSTER -> new RateLimitAction.DestinationCluster();
      case REQUEST_HEADERS -> {
        Action.RequestHeaders header = proto.getRequestHeaders();
        Problems here = problems.at("request_headers");
        HeaderNames.check(header.getHeaderName(), here.at("header_name"));
        yield new RateLimitAction.RequestHeader(
            HeaderName.of(header.getHeaderName()).inRequests(),
            header.getDescriptorKey(),
            header.getSkipIfAbsent());
      }
      case QUERY_PARAMETERS -> {
        Action.QueryParameters query = proto.getQueryParameters();
        yield new RateLimitAction.QueryParameter(
            query.getQueryParameterName(), query.getDescriptorKey(), query.getSkipIfAbsent());
      }
      case REMOTE_ADDRESS -> new RateLimitAction.RemoteAddress();
      case MASKED_REMOTE_ADDRESS -> {
        Action.MaskedRemoteAddress mask = proto.getMaskedRemoteAddress();
        Problems here = problems.at("masked_remote_address");
        yield new RateLimitAction.MaskedRemoteAddress(
            Unsigned.within(
                mask.hasV4PrefixMaskLen(),
                mask.getV4PrefixMaskLen(),
                32,
                0,
                32,
                here.at("v4_prefix_mask_len")),
            Unsigned.within(
                mask.hasV6PrefixMaskLen(),
                mask.getV6PrefixMaskLen(),
                128,
                0,
                128,
                here.at("v6_prefix_mask_len")));
      }
      case GENERIC_KEY -> {
        Action.GenericKey generic = proto.getGenericKey();
        yield new RateLimitAction.GenericKey(
            or(generic.getDescriptorKey(), "generic_key"), generic.getDescriptorValue());
      }
      case HEADER_VALUE_MATCH -> {
        Action.HeaderValueMatch match = proto.getHeaderValueMatch();
        Problems here = problems.at("header_value_match");
        yield new RateLimitAction.HeaderValueMatch(
            or(match.getDescriptorKey(), "header_match"),
            match.getDescriptorValue(),
            !match.hasExpectMatch() || match.getExpectMatch().getValue(),
            HeaderMatcherCompiler.compileAll(match.getHeadersList(), "headers", here));
      }
      case QUERY_PARAMETER_VALUE_MATCH -> {
        Action.QueryParameterValueMatch match = proto.getQueryParameterValueMatch();
        Problems here = problems.at("query_parameter_value_match");
        yield new RateLimitAction.QueryValueMatch(
            or(match.getDescriptorKey(), "query_match"),
            match.getDescriptorValue(),
            !match.hasExpectMatch() || match.getExpectMatch().getValue(),
            QueryParameterMatcherCompiler.compileAll(
                match.getQueryParametersList(), "query_parameters", here));
      }
      case METADATA -> {
        Action.MetaData metadata = proto.getMetadata();
        yield new RateLimitAction.MetadataValue(
            metadata.getDescriptorKey(),
            new MetadataPath(metadata.getMetadataKey()),
            metadata.getDefaultValue(),
            metadata.getSource() == Action.MetaData.Source.ROUTE_ENTRY,
            metadata.getSkipIfAbsent());
      }
      case DYNAMIC_METADATA -> {
        refuse(inFilter, "dynamic_metadata", problems);
        Action.DynamicMetaData metadata = proto.getDynamicMetadata();
        yield new RateLimitAction.MetadataValue(
            metadata.getDescriptorKey(),
            new MetadataPath(metadata.getMetadataKey()),
            metadata.getDefaultValue(),
            false,
            false);
      }
      case EXTENSION -> {
        problems.unsupported("extension");
        yield null;
      }
      case ACTIONSPECIFIER_NOT_SET -> null; // a rule of the proto refuses it
    };
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }
}
