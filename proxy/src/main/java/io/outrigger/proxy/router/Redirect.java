package io.outrigger.proxy.router;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.RequestPath;
import io.outrigger.config.route.HostPort;
import io.outrigger.config.route.RedirectAction;
import io.outrigger.config.route.Route;
import java.nio.charset.StandardCharsets;

/** Makes the Location of a redirect route. */
final class Redirect {
  private Redirect() {}

  static String location(Route route, RedirectAction action, Headers request) {
    String scheme = text(request, HeaderName.SCHEME);
    String forwarded = text(request, HeaderName.X_FORWARDED_PROTO);
    String oldScheme = forwarded.isEmpty() ? scheme : forwarded;
    String newScheme = action.scheme().isEmpty() ? oldScheme : action.scheme();
    return newScheme
        + "://"
        + authority(action, request, oldScheme, newScheme)
        + path(route, action, request);
  }

  private static String authority(
      RedirectAction action, Headers request, String oldScheme, String newScheme) {
    byte[] bytes = text(request, HeaderName.AUTHORITY).getBytes(StandardCharsets.ISO_8859_1);
    int hostLength = HostPort.withoutPort(bytes, 0, bytes.length);
    String host =
        action.host().isEmpty()
            ? new String(bytes, 0, hostLength, StandardCharsets.ISO_8859_1)
            : action.host();
    if (action.port() != 0) {
      return host + ":" + action.port();
    }
    String port =
        new String(bytes, hostLength, bytes.length - hostLength, StandardCharsets.ISO_8859_1);
    boolean otherScheme = !newScheme.equals(oldScheme);
    boolean defaultOfOld =
        (oldScheme.equals("http") && port.equals(":80"))
            || (oldScheme.equals("https") && port.equals(":443"));
    return otherScheme && defaultOfOld || !action.host().isEmpty() ? host : host + port;
  }

  private static String path(Route route, RedirectAction action, Headers request) {
    String before = text(request, HeaderName.PATH);
    String path = RequestPath.of(before);
    String query = action.stripQuery() ? "" : before.substring(path.length());
    if (!action.path().isEmpty()) {
      return action.path().indexOf('?') >= 0 ? action.path() : action.path() + query;
    }
    if (action.pathRewrite() != null) {
      String whole = Rewriting.path(route, action.pathRewrite(), before);
      return action.stripQuery() ? RequestPath.of(whole) : whole;
    }
    return path + query;
  }

  private static String text(Headers request, HeaderName name) {
    String value = request.value(name);
    return value == null ? "" : value;
  }
}
