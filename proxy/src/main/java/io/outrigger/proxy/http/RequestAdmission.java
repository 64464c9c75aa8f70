package io.outrigger.proxy.http;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.SingleFields;
import io.outrigger.config.overload.LoadShedPoint.Kind;
import io.outrigger.config.route.ClusterChoice;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.overload.OverloadState;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a request's head before the filters see it: it is checked and normalized, its
 * client's identity is settled, it gets its route, and an upgrade that it asks for is served or
 * not. In Envoy's order, which decides what a refused request's log and statistics show.
 */
final class RequestAdmission {
  private static final byte[] CONNECT = {'C', 'O', 'N', 'N', 'E', 'C', 'T'};

  private RequestAdmission() {}

  /** False where it has been answered: refused, redirected, or not to be upgraded. */
  static boolean admit(Exchange exchange, Headers headers) {
    HttpScope scope = exchange.scope;
    RequestFields fields = scope.fields;
    boolean early = !scope.config.earlyMutations().isEmpty();
    SingleFields.joinRequest(headers);
    fields.scan(headers, early);
    exchange.grpc = fields.contentType >= 0 && LocalReplies.isGrpc(headers);
    OverloadState overload = exchange.from().facts.overload();
    if (overload != null) {
      if (overload.sheds(Kind.HTTP2_SERVER_GO_AWAY_ON_DISPATCH, scope.worker)) {
        exchange.drainConnection();
      }
      if (overload.refusesRequest(scope.worker.randomLong())
          || overload.sheds(Kind.HTTP_CONNECTION_MANAGER_DECODE_HEADERS, scope.worker)) {
        scope.stats.rqOverloadClose.inc(scope.worker.index());
        exchange.fail(Failure.OVERLOAD);
        return false;
      }
    }
    Failure failure = RequestRules.check(exchange, headers, fields);
    if (failure != null) {
      if (!exchange.isHttp2() && failure != Failure.ABSOLUTE_PATH) {
        exchange.drainConnection(); // what sent this may send worse
      }
      exchange.fail(failure);
      return false;
    }
    if (exchange.isSettled()) {
      return false; // a redirect to the normalized path has answered
    }
    if (early) {
      scope.mutator.apply(scope.config.earlyMutations(), headers, exchange);
      fields.scan(headers, false);
      fields.envoy = true; // a name that a mutation brought isn't among the interned
    }
    String token = null;
    String connectionValue = "";
    if (headers.valueEquals(fields.method, CONNECT)) {
      token = Upgrades.CONNECT;
    } else if (fields.upgrade >= 0 && fields.connection >= 0 && !exchange.protocol.endsWith(".0")) {
      token = headers.value(fields.upgrade);
      connectionValue = headers.value(fields.connection);
    }
    if (fields.connection >= 0 || fields.upgrade >= 0) {
      fields.removeConnection(headers);
    }
    if (fields.expect >= 0 && !scope.config.proxy100Continue()) {
      expect(exchange, headers, fields.expect);
    }
    ClientIdentity.apply(exchange, headers, fields);
    if (exchange.isSettled()) {
      return false;
    }
    exchange.controlled = exchange.internal && fields.envoy;
    if (scope.via.length > 0) {
      ResponseRules.via(headers, scope.via);
    }
    exchange.route = RequestRouting.route(exchange, headers);
    if (exchange.isSettled()) {
      return false;
    }
    Route route = exchange.route;
    if (exchange.trace != null) {
      exchange.trace.begin(headers, route);
    }
    take(exchange, headers, route);
    return token == null || upgrade(exchange, headers, route, token, connectionValue);
  }

  /** Finds a route again, for a request that had none. */
  static void routeLate(Exchange exchange, Headers headers) {
    exchange.route = RequestRouting.route(exchange, headers);
    if (!exchange.isSettled()) {
      take(exchange, headers, exchange.route);
    }
  }

  /** The exchange keeps to its route. */
  private static void take(Exchange exchange, Headers headers, @Nullable Route route) {
    if (route != null && route.action() instanceof ForwardAction forward) {
      if (forward.cluster() instanceof ClusterChoice.Single single) {
        exchange.upstream.chosen(single.cluster(), null);
      }
      exchange.timers.route(forward, exchange.grpc ? headers : null);
    }
  }

  /** The client waits for leave to send its body, which this proxy gives. */
  private static void expect(Exchange exchange, Headers headers, int slot) {
    if (headers.value(slot).equalsIgnoreCase("100-continue")) {
      exchange.sendContinue();
      headers.removeSlot(slot);
    }
  }

  private static boolean upgrade(
      Exchange exchange,
      Headers headers,
      @Nullable Route route,
      String token,
      String connectionValue) {
    Boolean served = Upgrades.served(exchange.scope.config, route, token);
    boolean connect = token.equals(Upgrades.CONNECT);
    if (Boolean.TRUE.equals(served)) {
      if (!connect) {
        headers.add(HeaderName.CONNECTION, connectionValue);
        headers.add(HeaderName.UPGRADE, token);
      }
      exchange.upgrade(connect ? null : token);
      return true;
    }
    if (served != null || (route != null && connect)) {
      exchange.fail(Failure.UPGRADE);
      return false;
    }
    return true; // any other is ignored, as RFC 9110 7.8 allows
  }
}
