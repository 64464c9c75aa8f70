package io.outrigger.config.hcm;

import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.outrigger.config.accesslog.AccessLogFilterCompiler;
import io.outrigger.config.accesslog.AccessLogFormatCompiler;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.route.HeaderMutationsCompiler;
import io.outrigger.config.source.DataSourceCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles LocalReplyConfig messages. */
final class LocalReplyCompiler {
  private LocalReplyCompiler() {}

  static LocalReplyConfig compile(
      io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig
          proto,
      Problems problems) {
    List<LocalReplyConfig.Mapper> mappers = new ArrayList<>(proto.getMappersCount());
    for (int i = 0; i < proto.getMappersCount(); i++) {
      mappers.add(mapper(proto.getMappers(i), problems.at("mappers", i)));
    }
    return new LocalReplyConfig(
        mappers,
        bodyFormat(proto.hasBodyFormat(), proto.getBodyFormat(), problems.at("body_format")));
  }

  private static LocalReplyConfig.Mapper mapper(ResponseMapper proto, Problems problems) {
    LogFormat body = null;
    if (proto.hasBody()) {
      Problems here = problems.at("body");
      body =
          LogFormat.literal(
              DataSourceCompiler.text(DataSourceCompiler.compile(proto.getBody(), here), here));
    }
    return new LocalReplyConfig.Mapper(
        AccessLogFilterCompiler.compile(proto.getFilter(), problems.at("filter")),
        Unsigned.within(
            proto.hasStatusCode(), proto.getStatusCode(), 0, 200, 599, problems.at("status_code")),
        body,
        HeaderMutationsCompiler.added(proto.getHeadersToAddList(), "headers_to_add", problems),
        bodyFormat(
            proto.hasBodyFormatOverride(),
            proto.getBodyFormatOverride(),
            problems.at("body_format_override")));
  }

  private static LocalReplyConfig.@Nullable BodyFormat bodyFormat(
      boolean has, SubstitutionFormatString proto, Problems problems) {
    return has
        ? new LocalReplyConfig.BodyFormat(
            AccessLogFormatCompiler.compile(proto, problems), HeaderText.of(proto.getContentType()))
        : null;
  }
}
