package io.outrigger.proxy.filter;

import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.ForwardProxyConfig;
import io.outrigger.config.filter.ForwardProxyHost;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.dns.CachedName;
import io.outrigger.proxy.dns.DnsCache;
import io.outrigger.proxy.dns.DnsLookup;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.dynamic_forward_proxy: a request to such a cluster waits until DNS knows its
 * host.
 */
final class ForwardProxyFilter implements HttpFilter {
  private final Factory factory;
  private final @Nullable ForwardProxyHost host;
  private @Nullable DnsLookup lookup;

  private ForwardProxyFilter(Factory factory, @Nullable ForwardProxyHost host) {
    this.factory = factory;
    this.host = host;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    WorkerCluster cluster = cluster(exchange, headers);
    if (cluster == null
        || !(cluster.config().discovery() instanceof Discovery.ForwardProxy forward)) {
      return Verdict.CONTINUE;
    }
    rewrite(headers);
    String authority = headers.value(HeaderName.AUTHORITY);
    DnsLookup asked =
        new DnsLookup(factory.cache(exchange), factory.worker, () -> answered(exchange));
    lookup = asked;
    exchange.upstream().chosen(cluster.name(), null);
    return switch (asked.start(authority == null ? "" : authority, forward.defaultPort())) {
      case KNOWN -> verdict(asked.name());
      case LOADING -> Verdict.PAUSE;
      case OVERFLOW -> refused("DNS cache overflow", "dns_cache_overflow", null);
      case PENDING_OVERFLOW ->
          refused(
              "Dynamic forward proxy pending request overflow",
              "dynamic_forward_proxy_pending_request_overflow",
              null);
    };
  }

  private static @Nullable WorkerCluster cluster(Exchange exchange, Headers headers) {
    Route route = exchange.route();
    if (route == null || !(route.action() instanceof ForwardAction forward)) {
      return null;
    }
    String name = forward.cluster().name(headers, exchange.random());
    return name == null ? null : exchange.scope().clusters().get(name);
  }

  private void rewrite(Headers headers) {
    ForwardProxyHost own = host;
    if (own == null) {
      return;
    }
    if (!own.literal().isEmpty()) {
      headers.set(HeaderName.AUTHORITY, own.literal());
    }
    String named = own.header() == null ? null : headers.value(own.header());
    if (named != null && !named.isEmpty()) {
      headers.set(HeaderName.AUTHORITY, named);
    }
  }

  private void answered(Exchange exchange) {
    DnsLookup asked = lookup;
    if (asked != null && verdict(asked.name()) instanceof Verdict.Reply reply) {
      exchange.reply(
          reply.status(), reply.body(), reply.details(), reply.flag(), reply.grpcStatus());
    } else {
      exchange.resume();
    }
  }

  private static Verdict verdict(CachedName name) {
    return name.addresses().isEmpty()
        ? refused("DNS resolution failure", DnsLookup.details(name), ResponseFlag.DF)
        : Verdict.CONTINUE;
  }

  private static Verdict refused(String body, String details, @Nullable ResponseFlag flag) {
    return new Verdict.Reply(503, body, details, flag, -1);
  }

  @Override
  public void onDone(Exchange exchange) {
    if (lookup != null) {
      lookup.cancel();
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final ForwardProxyConfig config;
    private final Worker worker;
    private @Nullable DnsCache cache;

    Factory(HttpFilterConfig filter, ForwardProxyConfig config, TerminalFilter.Scope where) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
    }

    private DnsCache cache(Exchange exchange) {
      DnsCache found = cache;
      if (found == null) {
        found = exchange.scope().clusters().caches().of(config.cache());
        cache = found;
      }
      return found;
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      FilterConfig effective = HttpFilters.effective(filter, exchange, config);
      return effective == null
          ? null
          : new ForwardProxyFilter(this, effective instanceof ForwardProxyHost host ? host : null);
    }
  }
}
