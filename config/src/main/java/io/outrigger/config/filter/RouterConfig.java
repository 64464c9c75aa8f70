package io.outrigger.config.filter;

import io.outrigger.config.accesslog.AccessLogConfig;
import java.util.List;

/** envoy.filters.http.router. */
public record RouterConfig(
    boolean suppressEnvoyHeaders,
    boolean dynamicStats,
    List<String> strictCheckHeaders,
    boolean respectExpectedRqTimeout,
    boolean startChildSpan,
    List<AccessLogConfig> upstreamLog)
    implements FilterConfig {
  public static final RouterConfig DEFAULT =
      new RouterConfig(false, true, List.of(), false, false, List.of());

  public RouterConfig {
    strictCheckHeaders = List.copyOf(strictCheckHeaders);
    upstreamLog = List.copyOf(upstreamLog);
  }
}
