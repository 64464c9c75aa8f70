package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;
import io.envoyproxy.envoy.type.http.v3.Cookie;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** Compiles StatefulSession messages, of the chain and of routes. */
final class StatefulSessionCompiler {
  private StatefulSessionCompiler() {}

  /** Null with a problem. */
  static @Nullable StatefulSessionConfig compile(StatefulSession proto, Problems problems) {
    if (!proto.hasSessionState()) {
      return new StatefulSessionConfig(null, null, proto.getStrict());
    }
    Problems here = problems.at("session_state").at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getSessionState().getTypedConfig(), here);
    return switch (extension.type()) {
      case "envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState" -> {
        CookieBasedSessionState state = extension.parse(CookieBasedSessionState.parser(), here);
        yield state == null
            ? null
            : new StatefulSessionConfig(
                cookie(state.getCookie(), here.at("cookie")), null, proto.getStrict());
      }
      case "envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState" -> {
        HeaderBasedSessionState state = extension.parse(HeaderBasedSessionState.parser(), here);
        yield state == null
            ? null
            : new StatefulSessionConfig(null, HeaderName.of(state.getName()), proto.getStrict());
      }
      default -> {
        here.error("'" + extension.type() + "' is not supported; cookie and header are");
        yield null;
      }
    };
  }

  private static StatefulSessionConfig.Cookie cookie(Cookie proto, Problems problems) {
    return new StatefulSessionConfig.Cookie(
        proto.getName(),
        Millis.orElse(proto.hasTtl(), proto.getTtl(), 0, problems.at("ttl")) / 1000,
        proto.getPath());
  }
}
