package io.outrigger.proxy.router;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.DirectResponseAction;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.NonForwardingAction;
import io.outrigger.config.route.RedirectAction;
import io.outrigger.config.route.Route;
import io.outrigger.config.route.RouteAction;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;
import java.nio.charset.StandardCharsets;

/** Replies that a route gives without an upstream. */
final class Answers {
  private static final String DIRECT = "direct_response";
  private static final byte[] NOTHING = {};

  private Answers() {}

  static void answer(Exchange exchange, Route route, boolean keepsOld) {
    RouteAction action = route.action();
    if (action instanceof RedirectAction redirect) {
      redirect(exchange, route, redirect, keepsOld);
    } else if (action instanceof DirectResponseAction direct) {
      direct(exchange, route, direct);
    } else if (action instanceof NonForwardingAction) {
      exchange.fail(Failure.NO_ROUTE);
    } else {
      throw new IllegalStateException("the router itself forwards: " + action);
    }
  }

  private static void redirect(
      Exchange exchange, Route route, RedirectAction action, boolean keepsOld) {
    exchange.scope().stats().redirected(exchange.worker().index());
    Headers reply = exchange.worker().headers().take();
    exchange.scope().text().addNumber(reply, HeaderName.STATUS, action.statusCode());
    reply.add(HeaderName.LOCATION, Redirect.location(route, action, exchange.request()));
    if (action.pathRewrite() != null) {
      Rewriting.path(route, action.pathRewrite(), exchange.request(), keepsOld); // which logs show
    }
    exchange.scope().mutator().apply(route.responseHeaders(), reply, exchange);
    exchange.replyWith(reply, NOTHING, DIRECT);
  }

  private static void direct(Exchange exchange, Route route, DirectResponseAction action) {
    exchange.scope().stats().directResponse(exchange.worker().index());
    Headers reply = exchange.worker().headers().take();
    exchange.scope().text().addNumber(reply, HeaderName.STATUS, action.status());
    if (action.status() == 201 || action.status() / 100 == 3) {
      reply.add(HeaderName.LOCATION, url(exchange.request()));
    }
    exchange.scope().mutator().apply(route.responseHeaders(), reply, exchange);
    exchange.replyWith(reply, action.body(), DIRECT);
  }

  /** The request's own address, which Envoy gives as the location of a 201 or a redirect. */
  private static String url(Headers request) {
    return request.value(HeaderName.SCHEME)
        + "://"
        + request.value(HeaderName.AUTHORITY)
        + request.value(HeaderName.PATH);
  }

  static void noCluster(Exchange exchange, ForwardAction action) {
    exchange.scope().stats().noCluster(exchange.worker().index());
    exchange.upstream().chosen("", null);
    exchange.reply(
        action.clusterNotFoundStatus(),
        Failure.NO_CLUSTER.body(),
        Failure.NO_CLUSTER.details(),
        ResponseFlag.NC,
        -1);
  }

  /** A breaker is open: the reply says that this is no fault of the upstream's. */
  static void overflow(Exchange exchange, String body) {
    exchange.addFlag(ResponseFlag.UO);
    String details =
        ResetFailure.details(io.outrigger.proxy.stream.ResetReason.OVERFLOW, null, false);
    Headers reply = exchange.worker().headers().take();
    exchange.scope().text().addNumber(reply, HeaderName.STATUS, 503);
    reply.add(HeaderName.X_ENVOY_OVERLOADED, "true");
    exchange.replyWith(reply, body.getBytes(StandardCharsets.UTF_8), details);
  }

  /** drop_overloads: the control plane asks for a share of requests not to be sent. */
  static void dropOverload(Exchange exchange, boolean unconditional, boolean suppressHeaders) {
    exchange.addFlag(unconditional ? ResponseFlag.UDO : ResponseFlag.DO);
    String body = unconditional ? "unconditional drop overload" : "drop overload";
    String details = unconditional ? "unconditional_drop_overload" : "drop_overload";
    Headers reply = exchange.worker().headers().take();
    exchange.scope().text().addNumber(reply, HeaderName.STATUS, 503);
    if (!suppressHeaders) {
      reply.add(
          HeaderName.of(
              unconditional ? "x-envoy-unconditional-drop-overload" : "x-envoy-drop-overload"),
          "true");
    }
    exchange.replyWith(reply, body.getBytes(StandardCharsets.UTF_8), details);
  }
}
