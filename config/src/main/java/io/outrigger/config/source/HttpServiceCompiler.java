package io.outrigger.config.source;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HttpService;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compiles HttpService messages. */
public final class HttpServiceCompiler {
  private HttpServiceCompiler() {}

  public static TelemetryService.Http compile(HttpService proto, Problems problems) {
    Problems uri = problems.at("http_uri");
    if (proto.getHttpUri().getUri().isEmpty()) {
      uri.error("uri", "is empty; a URI is required");
    }
    if (proto.getHttpUri().getCluster().isEmpty()) {
      uri.error("cluster", "is empty; a cluster's name is required");
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (HeaderValueOption option : proto.getRequestHeadersToAddList()) {
      headers.add(
          Map.entry(
              option.getHeader().getKey().toLowerCase(Locale.ROOT), option.getHeader().getValue()));
    }
    String text = proto.getHttpUri().getUri();
    int scheme = text.indexOf("://");
    String rest = scheme < 0 ? text : text.substring(scheme + 3);
    int slash = rest.indexOf('/');
    return new TelemetryService.Http(
        proto.getHttpUri().getCluster(),
        slash < 0 ? rest : rest.substring(0, slash),
        slash < 0 ? "/" : rest.substring(slash),
        Millis.orElse(
            proto.getHttpUri().hasTimeout(), proto.getHttpUri().getTimeout(), 0, uri.at("timeout")),
        headers);
  }
}
