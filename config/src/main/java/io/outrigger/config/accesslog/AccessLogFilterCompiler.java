package io.outrigger.config.accesslog;

import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.GrpcStatusFilter;
import io.envoyproxy.envoy.config.accesslog.v3.LogTypeFilter;
import io.envoyproxy.envoy.config.accesslog.v3.MetadataFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.accesslog.v3.RuntimeFilter;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogType;
import io.outrigger.config.accesslog.AccessLogFilter.Comparison;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.HeaderMatcherCompiler;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.metadata.MetadataMatcherCompiler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compiles access log filters. */
public final class AccessLogFilterCompiler {
  /** Short response flags that a filter may name. */
  private static final Set<String> FLAGS =
      Set.of(
          "LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE",
          "DC", "URX", "SI", "IH", "DPE", "UMSDR", "RFCF", "NFCF", "DT", "UPE", "NC", "OM", "DF",
          "DO", "DR", "UDO");

  private AccessLogFilterCompiler() {}

  public static AccessLogFilter compile(
      io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter proto, Problems problems) {
    return switch (proto.getFilterSpecifierCase()) {
      case STATUS_CODE_FILTER -> {
        ComparisonFilter comparison = proto.getStatusCodeFilter().getComparison();
        yield new AccessLogFilter.StatusCode(
            comparison(comparison),
            Unsigned.toLong(comparison.getValue().getDefaultValue()),
            comparison.getValue().getRuntimeKey());
      }
      case DURATION_FILTER -> {
        ComparisonFilter comparison = proto.getDurationFilter().getComparison();
        yield new AccessLogFilter.Duration(
            comparison(comparison),
            Unsigned.toLong(comparison.getValue().getDefaultValue()),
            comparison.getValue().getRuntimeKey());
      }
      case NOT_HEALTH_CHECK_FILTER -> new AccessLogFilter.NotHealthCheck();
      case TRACEABLE_FILTER -> new AccessLogFilter.Traceable();
      case RUNTIME_FILTER -> runtime(proto.getRuntimeFilter());
      case AND_FILTER ->
          new AccessLogFilter.And(
              all(proto.getAndFilter().getFiltersList(), problems.at("and_filter")));
      case OR_FILTER ->
          new AccessLogFilter.Or(
              all(proto.getOrFilter().getFiltersList(), problems.at("or_filter")));
      case HEADER_FILTER ->
          new AccessLogFilter.Header(
              HeaderMatcherCompiler.compile(
                  proto.getHeaderFilter().getHeader(), problems.at("header_filter").at("header")));
      case RESPONSE_FLAG_FILTER ->
          flags(proto.getResponseFlagFilter(), problems.at("response_flag_filter"));
      case GRPC_STATUS_FILTER -> grpcStatus(proto.getGrpcStatusFilter());
      case LOG_TYPE_FILTER -> logType(proto.getLogTypeFilter());
      case METADATA_FILTER -> metadata(proto.getMetadataFilter(), problems.at("metadata_filter"));
      case EXTENSION_FILTER -> unsupported("extension_filter", problems);
      case FILTERSPECIFIER_NOT_SET -> unsupported("filter_specifier", problems);
    };
  }

  private static AccessLogFilter metadata(MetadataFilter proto, Problems problems) {
    if (!proto.hasMatcher()) {
      return new AccessLogFilter.And(List.of());
    }
    return new AccessLogFilter.Metadata(
        MetadataMatcherCompiler.compile(proto.getMatcher(), problems.at("matcher")),
        !proto.hasMatchIfKeyNotFound() || proto.getMatchIfKeyNotFound().getValue());
  }

  private static AccessLogFilter unsupported(String field, Problems problems) {
    problems.error(
        field,
        "is not supported; status_code_filter, duration_filter, not_health_check_filter,"
            + " traceable_filter, runtime_filter, and_filter, or_filter, header_filter,"
            + " response_flag_filter, grpc_status_filter, metadata_filter and log_type_filter are");
    return new AccessLogFilter.And(List.of());
  }

  private static Comparison comparison(ComparisonFilter proto) {
    return switch (proto.getOp()) {
      case GE -> Comparison.GE;
      case LE -> Comparison.LE;
      case EQ, UNRECOGNIZED -> Comparison.EQ;
    };
  }

  private static AccessLogFilter runtime(RuntimeFilter proto) {
    return new AccessLogFilter.RuntimeShare(
        RuntimeFractionCompiler.compile(proto.getPercentSampled(), proto.getRuntimeKey()),
        proto.getUseIndependentRandomness());
  }

  private static List<AccessLogFilter> all(
      List<io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter> protos, Problems problems) {
    List<AccessLogFilter> filters = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      filters.add(compile(protos.get(i), problems.at("filters", i)));
    }
    return filters;
  }

  private static AccessLogFilter flags(ResponseFlagFilter proto, Problems problems) {
    for (int i = 0; i < proto.getFlagsCount(); i++) {
      if (!FLAGS.contains(proto.getFlags(i))) {
        problems
            .at("flags", i)
            .error("'" + proto.getFlags(i) + "' is not a response flag; " + FLAGS + " are allowed");
      }
    }
    return new AccessLogFilter.ResponseFlag(new HashSet<>(proto.getFlagsList()));
  }

  private static AccessLogFilter grpcStatus(GrpcStatusFilter proto) {
    Set<Integer> statuses = new HashSet<>();
    for (GrpcStatusFilter.Status status : proto.getStatusesList()) {
      if (status != GrpcStatusFilter.Status.UNRECOGNIZED) {
        statuses.add(status.getNumber());
      }
    }
    return new AccessLogFilter.GrpcStatus(statuses, proto.getExclude());
  }

  private static AccessLogFilter logType(LogTypeFilter proto) {
    Set<String> types = new HashSet<>();
    for (AccessLogType type : proto.getTypesList()) {
      types.add(type.name());
    }
    return new AccessLogFilter.LogType(types, proto.getExclude());
  }
}
