package io.outrigger.control.translate.route;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.istio.HttpRoute.HttpRedirect;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.RouteModel;
import java.time.Duration;

/** Makes a route. */
final class RouteTranslator {
  private RouteTranslator() {}

  static Route translate(RouteModel model) {
    return switch (model) {
      case RouteModel.Rule rule -> rule(rule);
      case RouteModel.Default(var cluster, var hashes, var retry) -> {
        RouteAction.Builder action = forward(Duration.ZERO).setCluster(cluster);
        RetryPolicies.apply(action, retry, !hashes.isEmpty());
        HashPolicies.apply(action, hashes);
        yield everything("default").setRoute(action).build();
      }
      case RouteModel.Inbound(var cluster, var grpc) -> {
        RouteAction.Builder action = forward(Duration.ZERO).setCluster(cluster);
        RetryPolicies.inbound(action, grpc);
        yield everything("default").setRoute(action).build();
      }
      case RouteModel.Passthrough(var cluster) ->
          everything("allow_any").setRoute(forward(Duration.ZERO).setCluster(cluster)).build();
      case RouteModel.Refuse(var status) ->
          everything("block_all")
              .setDirectResponse(DirectResponseAction.newBuilder().setStatus(status))
              .build();
    };
  }

  private static Route.Builder everything(String name) {
    return Route.newBuilder().setName(name).setMatch(RouteMatch.newBuilder().setPrefix("/"));
  }

  // the gRPC caller's own time-out counts as far as the route's allows (Istio sets this field, not
  // its successor)
  @SuppressWarnings("deprecation")
  private static RouteAction.Builder forward(Duration timeout) {
    return RouteAction.newBuilder()
        .setTimeout(Values.duration(timeout))
        .setMaxGrpcTimeout(Values.duration(timeout));
  }

  private static Route rule(RouteModel.Rule model) {
    HttpRoute rule = model.rule();
    Route.Builder out =
        Route.newBuilder()
            .setName(model.name())
            .setMatch(MatchTranslator.translate(model.match()))
            .setMetadata(source(model.source()));
    if (rule.redirect() != null) {
      out.setRedirect(redirect(rule.redirect()));
    } else if (rule.directResponse() != null) {
      DirectResponseAction.Builder direct =
          DirectResponseAction.newBuilder().setStatus(rule.directResponse().status());
      if (rule.directResponse().body() != null) {
        direct.setBody(DataSource.newBuilder().setInlineString(rule.directResponse().body()));
      }
      out.setDirectResponse(direct);
    } else {
      out.setRoute(action(model));
    }
    HeaderTranslator.apply(out, rule.headers());
    FilterOverrides.apply(out, rule);
    return out.build();
  }

  private static Metadata source(String path) {
    return Metadata.newBuilder()
        .putFilterMetadata(
            "istio",
            Struct.newBuilder()
                .putFields("config", Value.newBuilder().setStringValue(path).build())
                .build())
        .build();
  }

  private static RouteAction.Builder action(RouteModel.Rule model) {
    HttpRoute rule = model.rule();
    RouteAction.Builder action = forward(rule.timeout() == null ? Duration.ZERO : rule.timeout());
    Destinations.apply(action, model);
    if (rule.source() != null) {
      action.setClusterNotFoundResponseCode(
          RouteAction.ClusterNotFoundResponseCode.INTERNAL_SERVER_ERROR);
    }
    RewriteTranslator.apply(action, model);
    HttpRoute.HttpRetry retries = rule.retries() != null ? rule.retries() : model.defaultRetry();
    RetryPolicies.apply(action, retries, !model.hashes().isEmpty());
    HashPolicies.apply(action, model.hashes());
    for (int i = 0; i < model.mirrors().size(); i++) {
      double share = rule.mirrors().get(i).percentage();
      if (share > 0) {
        action.addRequestMirrorPolicies(
            RouteAction.RequestMirrorPolicy.newBuilder()
                .setCluster(model.mirrors().get(i))
                .setRuntimeFraction(FilterOverrides.fraction(share)));
      }
    }
    return action;
  }

  private static RedirectAction redirect(HttpRedirect redirect) {
    RedirectAction.Builder out =
        RedirectAction.newBuilder()
            .setResponseCode(
                switch (redirect.code()) {
                  case 302 -> RedirectAction.RedirectResponseCode.FOUND;
                  case 303 -> RedirectAction.RedirectResponseCode.SEE_OTHER;
                  case 307 -> RedirectAction.RedirectResponseCode.TEMPORARY_REDIRECT;
                  case 308 -> RedirectAction.RedirectResponseCode.PERMANENT_REDIRECT;
                  default -> RedirectAction.RedirectResponseCode.MOVED_PERMANENTLY;
                });
    if (redirect.authority() != null) {
      out.setHostRedirect(redirect.authority());
    }
    if (redirect.uri() != null && !redirect.uri().isEmpty()) {
      if (redirect.uri().startsWith(HttpRedirect.PREFIX)) {
        out.setPrefixRewrite(redirect.uri().substring(HttpRedirect.PREFIX.length()));
      } else {
        out.setPathRedirect(redirect.uri());
      }
    }
    if (redirect.uriRegex() != null) {
      out.setRegexRewrite(
          RewriteTranslator.substitute(redirect.uriRegex().match(), redirect.uriRegex().rewrite()));
    }
    if (redirect.scheme() != null) {
      out.setSchemeRedirect(redirect.scheme());
    }
    if (redirect.port() != null) {
      out.setPortRedirect(redirect.port());
    } else if (redirect.derivePort()) {
      out.setPortRedirect("https".equals(redirect.scheme()) ? 443 : 80);
    }
    return out.build();
  }
}
