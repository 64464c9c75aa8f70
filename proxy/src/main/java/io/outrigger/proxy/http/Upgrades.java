package io.outrigger.proxy.http;

import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which upgrades are served: the route's word, else the connection manager's. */
final class Upgrades {
  /** What CONNECT is called among upgrade types. */
  static final String CONNECT = "CONNECT";

  private Upgrades() {}

  /** Null where nothing is said of this type. */
  static @Nullable Boolean served(
      HttpConnectionManagerConfig config, @Nullable Route route, String token) {
    String type = token.toLowerCase(Locale.ROOT);
    Boolean ofRoute =
        route != null && route.action() instanceof ForwardAction forward
            ? forward.upgrades().get(type)
            : null;
    if (ofRoute != null) {
      return ofRoute;
    }
    HttpConnectionManagerConfig.UpgradeConfig ofManager = config.upgrades().get(type);
    return ofManager == null ? null : ofManager.enabled();
  }
}
