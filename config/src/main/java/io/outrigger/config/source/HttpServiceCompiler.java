package io.outrigger.config.source;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HttpService;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compiles HttpService messages. */
public final class HttpServiceCompiler {
  private HttpServiceCompiler() {}

  public static TelemetryService.Http compile(HttpService proto, Problems problems) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (HeaderValueOption option : proto.getRequestHeadersToAddList()) {
      headers.add(
          Map.entry(
              option.getHeader().getKey().toLowerCase(Locale.ROOT),
              HeaderText.of(option.getHeader().getValue())));
    }
    return new TelemetryService.Http(
        HttpUriCompiler.compile(proto.getHttpUri(), problems.at("http_uri")), headers);
  }
}
