package io.outrigger.config.filter;

import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.accesslog.LogFormatParser;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;

/** Compiles what filters set_filter_state note. */
public final class SetFilterStateCompiler {
  /** What the TCP proxy takes its cluster from. */
  private static final String CLUSTER = "envoy.tcp_proxy.cluster";

  /** How many hits a rate limit service is told that a request counts for. */
  private static final String HITS = "envoy.ratelimit.hits_addend";

  private SetFilterStateCompiler() {}

  public static SetFilterStateConfig compile(
      List<FilterStateValue> protos, String field, Problems problems) {
    List<SetFilterStateConfig.Entry> entries = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      FilterStateValue proto = protos.get(i);
      Problems here = problems.at(field, i);
      check(proto, here);
      entries.add(
          new SetFilterStateConfig.Entry(
              proto.getObjectKey(),
              format(proto.getFormatString(), here.at("format_string")),
              proto.getSkipIfEmpty()));
    }
    return new SetFilterStateConfig(entries);
  }

  private static void check(FilterStateValue proto, Problems problems) {
    String kind = proto.getFactoryKey().isEmpty() ? proto.getObjectKey() : proto.getFactoryKey();
    if (proto.getObjectKey().isEmpty()) {
      problems.error("object_key", "is empty; a key is required");
    } else if (!(kind.equals("envoy.string")
        || kind.equals("envoy.hashable_string")
        || kind.equals(HITS)
        || kind.equals(CLUSTER))) {
      problems.error(
          proto.getFactoryKey().isEmpty() ? "object_key" : "factory_key",
          "'"
              + kind
              + "' does not have an object factory; envoy.string, envoy.hashable_string, "
              + HITS
              + " and "
              + CLUSTER
              + " have");
    }
    if (proto.getReadOnly()) {
      problems.ignored("read_only");
    }
    if (proto.getSharedWithUpstreamValue() != 0) {
      problems.ignored("shared_with_upstream");
    }
  }

  @SuppressWarnings("deprecation") // text_format
  private static LogFormat format(SubstitutionFormatString proto, Problems problems) {
    if (proto.hasTextFormatSource() && proto.getTextFormatSource().hasInlineString()) {
      return LogFormatParser.parse(
          proto.getTextFormatSource().getInlineString(), problems.at("text_format_source"));
    }
    if (!proto.getTextFormat().isEmpty()) {
      return LogFormatParser.parse(proto.getTextFormat(), problems.at("text_format"));
    }
    problems.error("text_format_source with an inline_string is required");
    return LogFormat.literal("");
  }
}
