package io.outrigger.proxy.filter;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.JwtAuthnConfig;
import io.outrigger.config.filter.JwtAuthnRoute;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.jwt.JwtRequirement;
import io.outrigger.config.jwt.JwtRules;
import io.outrigger.config.jwt.JwtStatus;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.jwt.JwtStats;
import io.outrigger.proxy.jwt.KeyRing;
import io.outrigger.proxy.jwt.TokenCheck;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.StatStore;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.jwt_authn: lets requests through that have the tokens that they must have. */
final class JwtAuthnFilter implements HttpFilter {
  private static final String NAMESPACE = "envoy.filters.http.jwt_authn";
  private static final HeaderName ORIGIN = HeaderName.of("origin");
  private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
  private static final byte[] OPTIONS = "OPTIONS".getBytes(StandardCharsets.ISO_8859_1);
  private static final int LONGEST_PATH = 256;

  private final Factory factory;
  private final @Nullable String requirementName;
  private KeyRing.@Nullable Wait wait;
  private @Nullable String realm;
  private @Nullable JwtStatus failure;

  private JwtAuthnFilter(Factory factory, @Nullable String requirementName) {
    this.factory = factory;
    this.requirementName = requirementName;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    int cell = exchange.worker().index();
    if (factory.rules.bypassPreflights() && isPreflight(headers)) {
      factory.stats.corsPreflightBypassed.inc(cell);
      factory.stats.allowed.inc(cell);
      return Verdict.CONTINUE;
    }
    JwtRequirement requirement;
    if (requirementName != null) {
      requirement = factory.rules.byName().get(requirementName);
      if (requirement == null && !requirementName.isEmpty()) {
        factory.stats.denied.inc(cell);
        return factory.wrongName(requirementName);
      }
    } else {
      requirement = requirement(exchange, headers);
    }
    if (requirement == null) {
      factory.stats.allowed.inc(cell);
      return Verdict.CONTINUE;
    }
    realm = realm(headers);
    TokenCheck own = factory.ring.check(headers, requirement);
    KeyRing.Wait later = new KeyRing.Wait(status -> decided(exchange, own, status));
    wait = later;
    JwtStatus status = factory.ring.start(own, later);
    return status == null ? Verdict.PAUSE : verdict(exchange, own, status);
  }

  private static boolean isPreflight(Headers headers) {
    int method = headers.find(HeaderName.METHOD);
    return method >= 0
        && headers.valueEquals(method, OPTIONS)
        && isFilled(headers, ORIGIN)
        && isFilled(headers, REQUEST_METHOD);
  }

  private static boolean isFilled(Headers headers, HeaderName name) {
    int slot = headers.find(name);
    return slot >= 0 && headers.valueLength(slot) > 0;
  }

  private @Nullable JwtRequirement requirement(Exchange exchange, Headers headers) {
    JwtRules rules = factory.rules;
    for (int i = 0; i < rules.rules().size(); i++) {
      JwtRules.Rule rule = rules.rules().get(i);
      if (rule.match().matches(headers, exchange)) {
        return rule.requires();
      }
    }
    Value state = rules.filterState().isEmpty() ? null : exchange.filterState(rules.filterState());
    return state == null ? null : rules.byState().get(state.getStringValue());
  }

  /** The request's URI as the client sent it. */
  private static String realm(Headers headers) {
    String path = headers.value(HeaderName.X_ENVOY_ORIGINAL_PATH);
    path = path == null ? headers.value(HeaderName.PATH) : path;
    if (path == null) {
      return "";
    }
    String scheme = headers.value(HeaderName.SCHEME);
    String host = headers.value(HeaderName.AUTHORITY);
    return (scheme == null ? "" : scheme)
        + "://"
        + (host == null ? "" : host)
        + (path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path);
  }

  private void decided(Exchange exchange, TokenCheck own, JwtStatus status) {
    wait = null;
    if (verdict(exchange, own, status) instanceof Verdict.Reply reply) {
      exchange.reply(
          reply.status(), reply.body(), reply.details(), reply.flag(), reply.grpcStatus());
    } else {
      exchange.resume();
    }
  }

  private Verdict verdict(Exchange exchange, TokenCheck own, JwtStatus status) {
    wait = null;
    Struct notes = own.notes();
    if (notes != null) {
      exchange.metadata().put(NAMESPACE, notes);
    }
    int cell = exchange.worker().index();
    if (status == JwtStatus.OK) {
      factory.stats.allowed.inc(cell);
      if (own.routeCleared()) {
        exchange.clearRoute();
      }
      return Verdict.CONTINUE;
    }
    factory.stats.denied.inc(cell);
    failure = status;
    return new Verdict.Reply(
        status == JwtStatus.AUDIENCE_NOT_ALLOWED ? 403 : 401,
        factory.rules.stripFailure() ? "" : status.text(),
        details(status.text()),
        null,
        -1);
  }

  private static String details(String text) {
    return "jwt_authn_access_denied{" + text.replace(' ', '_') + "}";
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (failure != null && !factory.rules.stripFailure()) {
      headers.set(
          HeaderName.WWW_AUTHENTICATE,
          "Bearer realm=\""
              + realm
              + (failure == JwtStatus.MISSING ? "\"" : "\", error=\"invalid_token\""));
    }
  }

  @Override
  public void onDone(Exchange exchange) {
    if (wait != null) {
      wait.cancel();
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final JwtAuthnConfig config;
    private final JwtRules rules;
    private final JwtStats stats;
    private final KeyRing ring;

    Factory(
        HttpFilterConfig filter,
        JwtAuthnConfig config,
        TerminalFilter.Scope where,
        StatStore store,
        String prefix,
        Clusters clusters) {
      this.filter = filter;
      this.config = config;
      this.rules = config.rules();
      String own = rules.statPrefix().isEmpty() ? "" : rules.statPrefix() + ".";
      this.stats = new JwtStats(store, prefix + "jwt_authn." + own);
      this.ring = new KeyRing(where.worker(), clusters, rules, stats);
    }

    private Verdict wrongName(String name) {
      String text =
          "Wrong requirement_name: "
              + name
              + ". It should be one of ["
              + String.join(",", new TreeSet<>(rules.byName().keySet()))
              + "]";
      return new Verdict.Reply(403, "Failed JWT authentication: " + text, details(text), null, -1);
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      FilterConfig effective = HttpFilters.effective(filter, exchange, config);
      return effective == null
          ? null
          : new JwtAuthnFilter(
              this, effective instanceof JwtAuthnRoute route ? route.requirementName() : null);
    }
  }
}
