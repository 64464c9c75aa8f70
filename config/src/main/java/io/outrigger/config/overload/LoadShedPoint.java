package io.outrigger.config.overload;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A place on the way of connections and requests where load is shed under pressure.
 *
 * @param name as configured, which is also what statistics call it
 */
public record LoadShedPoint(String name, Kind kind, List<OverloadAction.Trigger> triggers) {
  public LoadShedPoint {
    triggers = List.copyOf(triggers);
  }

  /** The places. */
  public enum Kind {
    /** A connection that was accepted is closed. */
    TCP_LISTENER_ACCEPT,
    /** A connection is closed at its first data. */
    HCM_ONDATA_CREATING_CODEC,
    /** A request is answered with 503. */
    HTTP_CONNECTION_MANAGER_DECODE_HEADERS,
    /** A client is told to take its next requests elsewhere. */
    HTTP2_SERVER_GO_AWAY_ON_DISPATCH;

    /** By {@code envoy.load_shed_points.NAME}; null for another name. */
    static @Nullable Kind of(String name) {
      for (Kind kind : values()) {
        if (name.equals("envoy.load_shed_points." + kind.name().toLowerCase(Locale.ROOT))) {
          return kind;
        }
      }
      return null;
    }
  }
}
