package io.outrigger.proxy.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.StatefulSessionConfig;
import io.outrigger.config.http.Cookies;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.stateful_session: asks for the host that a cookie or a header tells. */
final class StatefulSessionFilter implements HttpFilter {
  private final StatefulSessionConfig config;
  private @Nullable String host;

  private StatefulSessionFilter(StatefulSessionConfig config) {
    this.config = config;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    StatefulSessionConfig.Cookie cookie = config.cookie();
    HeaderName header = config.header();
    if (cookie != null) {
      String value = Cookies.value(headers, cookie.name());
      byte[] decoded = value == null ? null : decode(value);
      host =
          decoded == null
              ? null
              : SessionCookie.host(decoded, exchange.worker().epochMillis() / 1000);
    } else if (header != null) {
      String value = headers.value(header);
      byte[] decoded = value == null ? null : decode(value);
      host = decoded == null ? null : new String(decoded, UTF_8);
    }
    if (host != null) {
      exchange.overrideHost(host, config.strict());
    }
    return Verdict.CONTINUE;
  }

  private static byte @Nullable [] decode(String base64) {
    try {
      return base64.isEmpty() ? null : Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    String served = exchange.upstreamHost();
    if (served == null || served.equals(host)) {
      return;
    }
    StatefulSessionConfig.Cookie cookie = config.cookie();
    HeaderName header = config.header();
    if (cookie != null) {
      long expires =
          cookie.ttlSeconds() == 0
              ? 0
              : exchange.worker().epochMillis() / 1000 + cookie.ttlSeconds();
      String value = Base64.getEncoder().encodeToString(SessionCookie.bytes(served, expires));
      headers.add(
          HeaderName.SET_COOKIE,
          Cookies.set(cookie.name(), value, cookie.ttlSeconds(), cookie.path(), ""));
    } else if (header != null) {
      headers.set(header, Base64.getEncoder().encodeToString(served.getBytes(UTF_8)));
    }
  }

  /** One a worker and chain. */
  record Factory(HttpFilterConfig filter, StatefulSessionConfig config)
      implements HttpFilter.Factory {
    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      if (!(HttpFilters.effective(filter, exchange, config) instanceof StatefulSessionConfig own)) {
        return null;
      }
      StatefulSessionConfig.Cookie cookie = own.cookie();
      String path = cookie == null ? null : exchange.request().value(HeaderName.PATH);
      if (cookie == null ? own.header() == null : path == null || !cookie.isFor(path)) {
        return null;
      }
      return new StatefulSessionFilter(own);
    }
  }
}
