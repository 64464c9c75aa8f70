package io.outrigger.proxy.http;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.Route;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.route.VirtualHost;
import org.jspecify.annotations.Nullable;

/** Finds a request's route: once, by its headers as they are before the filters. */
final class RequestRouting {
  private RequestRouting() {}

  /** Null where there is none, or where a redirect to https has answered already. */
  static @Nullable Route route(Exchange exchange, Headers headers) {
    RouteTable table = exchange.scope.routeTable(headers);
    if (table == null) {
      return null;
    }
    if (!exchange.internal && !table.internalOnlyHeaders().isEmpty()) {
      for (HeaderName name : table.internalOnlyHeaders()) {
        headers.remove(name);
      }
    }
    VirtualHost host = table.virtualHost(headers);
    if (host == null) {
      return null;
    }
    if (host.requireTls() != VirtualHost.RequireTls.NONE
        && !"https".equals(headers.value(HeaderName.X_FORWARDED_PROTO))
        && (host.requireTls() == VirtualHost.RequireTls.ALL || !exchange.internal)) {
      Headers reply = exchange.scope.worker.headers().take();
      reply.add(HeaderName.STATUS, "301");
      reply.add(
          HeaderName.LOCATION,
          "https://" + headers.value(HeaderName.AUTHORITY) + headers.value(HeaderName.PATH));
      exchange.replyWith(reply, new byte[0], "direct_response");
      return null;
    }
    return host.route(headers, exchange);
  }
}
