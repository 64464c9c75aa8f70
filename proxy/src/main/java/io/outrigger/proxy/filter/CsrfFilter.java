package io.outrigger.proxy.filter;

import io.outrigger.config.filter.CsrfConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.csrf: requests that change something come from their own host's pages. */
final class CsrfFilter implements HttpFilter {
  private static final HeaderName ORIGIN = HeaderName.of("origin");
  private static final HeaderName REFERER = HeaderName.of("referer");
  private static final Verdict REFUSED =
      new Verdict.Reply(403, "Invalid origin", "csrf_origin_mismatch", null, -1);

  private final Factory factory;
  private final CsrfConfig config;
  private final boolean enforced;

  private CsrfFilter(Factory factory, CsrfConfig config, boolean enforced) {
    this.factory = factory;
    this.config = config;
    this.enforced = enforced;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    String method = headers.value(HeaderName.METHOD);
    if (method == null || !changes(method)) {
      return Verdict.CONTINUE;
    }
    int cell = exchange.worker().index();
    String origin = headers.value(ORIGIN);
    boolean opaque = origin != null && origin.equals("null"); // RFC 6454 section 7.1: it hides
    String source = opaque ? "" : authority(origin);
    if (source.isEmpty() && !opaque) {
      source = authority(headers.value(REFERER));
    }
    if (source.isEmpty()) {
      factory.missingSourceOrigin.inc(cell);
    } else if (isValid(source, headers)) {
      factory.requestValid.inc(cell);
      return Verdict.CONTINUE;
    } else {
      factory.requestInvalid.inc(cell);
    }
    return enforced ? REFUSED : Verdict.CONTINUE;
  }

  private static boolean changes(String method) {
    return switch (method) {
      case "POST", "PUT", "DELETE", "PATCH" -> true;
      default -> false;
    };
  }

  private boolean isValid(String source, Headers headers) {
    String host = headers.value(HeaderName.AUTHORITY);
    if (host != null && source.equals(host)) {
      return true;
    }
    for (StringMatcher origin : config.additionalOrigins()) {
      if (origin.matches(source)) {
        return true;
      }
    }
    return false;
  }

  /** The host of an absolute URL, and its port if it has one; what isn't a URL stays as it is. */
  private static String authority(@Nullable String value) {
    if (value == null) {
      return "";
    }
    int scheme = value.indexOf("://");
    if (scheme <= 0) {
      return value;
    }
    int from = scheme + 3;
    int end = from;
    while (end < value.length() && "/?#".indexOf(value.charAt(end)) < 0) {
      end++;
    }
    String authority = value.substring(from, end);
    return authority.isEmpty() ? value : authority.substring(authority.lastIndexOf('@') + 1);
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final CsrfConfig config;
    private final Worker worker;
    private final Counter missingSourceOrigin;
    private final Counter requestInvalid;
    private final Counter requestValid;

    Factory(
        HttpFilterConfig filter,
        CsrfConfig config,
        TerminalFilter.Scope where,
        StatStore store,
        String prefix) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
      this.missingSourceOrigin = store.counter(prefix + "csrf.missing_source_origin");
      this.requestInvalid = store.counter(prefix + "csrf.request_invalid");
      this.requestValid = store.counter(prefix + "csrf.request_valid");
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      if (!(HttpFilters.effective(filter, exchange, config) instanceof CsrfConfig own)) {
        return null;
      }
      boolean enforced = own.enabled().admits(worker.randomLong());
      boolean shadow = own.shadow() != null && own.shadow().admits(worker.randomLong());
      return enforced || shadow ? new CsrfFilter(this, own, enforced) : null;
    }
  }
}
