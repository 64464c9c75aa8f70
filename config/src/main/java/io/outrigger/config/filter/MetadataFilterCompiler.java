package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.ValueEncode;
import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Metadata;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.filter.HeaderToMetadataConfig.Put;
import io.outrigger.config.filter.HeaderToMetadataConfig.ValueType;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.RegexCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles the filters that note things in dynamic metadata. */
final class MetadataFilterCompiler {
  private static final String DEFAULT_NAMESPACE = "envoy.filters.http.header_to_metadata";

  private MetadataFilterCompiler() {}

  @SuppressWarnings("deprecation") // metadata_namespace and value, the older way for one entry
  static SetMetadataConfig compile(Config proto, Problems problems) {
    List<SetMetadataConfig.Entry> entries = new ArrayList<>();
    if (!proto.getMetadataNamespace().isEmpty() && proto.hasValue()) {
      entries.add(
          new SetMetadataConfig.Entry(proto.getMetadataNamespace(), true, proto.getValue()));
    }
    for (int i = 0; i < proto.getMetadataCount(); i++) {
      Metadata entry = proto.getMetadata(i);
      if (entry.hasTypedValue()) {
        problems.at("metadata", i).unsupported("typed_value");
      }
      entries.add(
          new SetMetadataConfig.Entry(
              entry.getMetadataNamespace(), entry.getAllowOverwrite(), entry.getValue()));
    }
    return new SetMetadataConfig(entries);
  }

  static HeaderToMetadataConfig compile(
      io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config proto,
      Problems problems) {
    return new HeaderToMetadataConfig(
        rules(proto.getRequestRulesList(), true, problems),
        rules(proto.getResponseRulesList(), false, problems));
  }

  private static List<HeaderToMetadataConfig.Rule> rules(
      List<Rule> protos, boolean request, Problems problems) {
    String field = request ? "request_rules" : "response_rules";
    List<HeaderToMetadataConfig.Rule> rules = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      Rule proto = protos.get(i);
      Problems here = problems.at(field, i);
      if (proto.getHeader().isEmpty() == proto.getCookie().isEmpty()) {
        here.error("One of Cookie or Header option needs to be specified");
      }
      if (!proto.getCookie().isEmpty() && proto.getRemove()) {
        here.error("remove", "Cookie cannot be removed");
      }
      if (!proto.hasOnHeaderPresent() && !proto.hasOnHeaderMissing()) {
        here.error("header to metadata filter: rule has no on_header_present or on_header_missing");
      }
      if (proto.hasOnHeaderMissing() && proto.getOnHeaderMissing().getValue().isEmpty()) {
        here.error("on_header_missing", "Cannot specify on_missing rule without a value");
      }
      HeaderName name = HeaderName.of(proto.getCookie().isEmpty() ? proto.getHeader() : "cookie");
      rules.add(
          new HeaderToMetadataConfig.Rule(
              request ? name.inRequests() : name,
              proto.getCookie(),
              proto.hasOnHeaderPresent()
                  ? put(proto.getOnHeaderPresent(), here.at("on_header_present"))
                  : null,
              proto.hasOnHeaderMissing()
                  ? put(proto.getOnHeaderMissing(), here.at("on_header_missing"))
                  : null,
              proto.getRemove()));
    }
    return rules;
  }

  private static Put put(KeyValuePair proto, Problems problems) {
    if (proto.hasRegexValueRewrite() && !proto.getValue().isEmpty()) {
      problems.error("Cannot specify both value and regex_value_rewrite");
    }
    return new Put(
        proto.getMetadataNamespace().isEmpty() ? DEFAULT_NAMESPACE : proto.getMetadataNamespace(),
        proto.getKey(),
        proto.getValue(),
        proto.hasRegexValueRewrite()
            ? RegexCompiler.compile(
                proto.getRegexValueRewrite(), problems.at("regex_value_rewrite"))
            : null,
        switch (proto.getType()) {
          case NUMBER -> ValueType.NUMBER;
          case PROTOBUF_VALUE -> ValueType.PROTOBUF_VALUE;
          case STRING, UNRECOGNIZED -> ValueType.STRING;
        },
        proto.getEncode() == ValueEncode.BASE64);
  }
}
