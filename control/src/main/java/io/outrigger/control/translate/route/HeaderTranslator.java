package io.outrigger.control.translate.route;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.outrigger.control.istio.HeaderOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes changes of headers; the host isn't a header to Envoy and is rewritten instead. */
final class HeaderTranslator {
  private HeaderTranslator() {}

  static void apply(Route.Builder out, HeaderOperations headers) {
    out.addAllRequestHeadersToAdd(options(headers.request()))
        .addAllRequestHeadersToRemove(headers.request().remove())
        .addAllResponseHeadersToAdd(options(headers.response()))
        .addAllResponseHeadersToRemove(headers.response().remove());
    if (out.hasRoute()) {
      headers
          .request()
          .set()
          .forEach(
              (name, value) -> {
                if (host(name)) {
                  RouteAction.Builder action = out.getRoute().toBuilder();
                  out.setRoute(action.setHostRewriteLiteral(value));
                }
              });
    }
  }

  static void apply(WeightedCluster.ClusterWeight.Builder out, HeaderOperations headers) {
    out.addAllRequestHeadersToAdd(options(headers.request()))
        .addAllRequestHeadersToRemove(headers.request().remove())
        .addAllResponseHeadersToAdd(options(headers.response()))
        .addAllResponseHeadersToRemove(headers.response().remove());
    headers
        .request()
        .set()
        .forEach(
            (name, value) -> {
              if (host(name)) {
                out.setHostRewriteLiteral(value);
              }
            });
  }

  private static boolean host(String name) {
    return name.equalsIgnoreCase("host") || name.equals(":authority");
  }

  private static List<HeaderValueOption> options(HeaderOperations.Operations operations) {
    List<HeaderValueOption> out = new ArrayList<>();
    for (Map.Entry<String, String> entry : operations.set().entrySet()) {
      if (!host(entry.getKey())) {
        out.add(option(entry, HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
      }
    }
    for (Map.Entry<String, String> entry : operations.add().entrySet()) {
      out.add(option(entry, HeaderValueOption.HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD));
    }
    return out;
  }

  private static HeaderValueOption option(
      Map.Entry<String, String> entry, HeaderValueOption.HeaderAppendAction action) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(entry.getKey()).setValue(entry.getValue()))
        .setAppendAction(action)
        .build();
  }
}
