package io.outrigger.config.filter;

import io.outrigger.config.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.stateful_session: a client's requests go to the host that took its first.
 *
 * @param cookie what tells the host, or null
 * @param header what tells the host, or null; without both, nothing is done
 * @param strict a request whose host may not take it fails
 */
public record StatefulSessionConfig(
    @Nullable Cookie cookie, @Nullable HeaderName header, boolean strict) implements FilterConfig {

  /**
   * A cookie that is made when the host is another one.
   *
   * @param ttlSeconds 0: until the client ends
   * @param path of requests that it is for; empty: all
   */
  public record Cookie(String name, long ttlSeconds, String path) {
    /** Whether it goes with this target's requests (RFC 6265 5.1.4). */
    public boolean isFor(String target) {
      if (path.isEmpty() || path.equals("/")) {
        return true;
      }
      return target.startsWith(path)
          && (path.endsWith("/")
              || target.length() == path.length()
              || target.charAt(path.length()) == '/'
              || target.charAt(path.length()) == '?'
              || target.charAt(path.length()) == '#');
    }
  }
}
