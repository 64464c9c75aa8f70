package io.outrigger.control.translate.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.outrigger.control.istio.TrafficPolicy.ConsistentHash;
import io.outrigger.control.translate.Values;
import java.util.List;

/** Makes hash policies: what of a request a consistent hash is of. */
final class HashPolicies {
  private HashPolicies() {}

  static void apply(RouteAction.Builder action, List<ConsistentHash.Key> keys) {
    for (ConsistentHash.Key key : keys) {
      action.addHashPolicy(policy(key));
    }
  }

  private static RouteAction.HashPolicy policy(ConsistentHash.Key key) {
    RouteAction.HashPolicy.Builder out = RouteAction.HashPolicy.newBuilder();
    switch (key) {
      case ConsistentHash.Key.Header(var name) ->
          out.setHeader(RouteAction.HashPolicy.Header.newBuilder().setHeaderName(name));
      case ConsistentHash.Key.Cookie(var name, var path, var ttl) -> {
        RouteAction.HashPolicy.Cookie.Builder cookie =
            RouteAction.HashPolicy.Cookie.newBuilder().setName(name);
        if (ttl != null) {
          cookie.setTtl(Values.duration(ttl));
        }
        if (path != null) {
          cookie.setPath(path);
        }
        out.setCookie(cookie);
      }
      case ConsistentHash.Key.SourceIp() ->
          out.setConnectionProperties(
              RouteAction.HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true));
      case ConsistentHash.Key.QueryParameter(var name) ->
          out.setQueryParameter(RouteAction.HashPolicy.QueryParameter.newBuilder().setName(name));
    }
    return out.build();
  }
}
