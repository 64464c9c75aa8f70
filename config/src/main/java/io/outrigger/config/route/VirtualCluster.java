package io.outrigger.config.route;

import io.outrigger.config.http.Headers;
import io.outrigger.config.match.HeaderMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests of a virtual host that are counted together.
 *
 * @param statsPrefix {@code vhost.HOST.vcluster.NAME.}
 */
public record VirtualCluster(String name, List<HeaderMatcher> headers, String statsPrefix) {
  public VirtualCluster {
    headers = List.copyOf(headers);
  }

  /** The first that takes the request, or null where there are none. */
  public static @Nullable VirtualCluster find(List<VirtualCluster> all, Headers request) {
    for (int i = 0, size = all.size(); i < size; i++) {
      if (all.get(i).matches(request)) {
        return all.get(i);
      }
    }
    return null;
  }

  private boolean matches(Headers request) {
    for (int i = 0, size = headers.size(); i < size; i++) {
      if (!headers.get(i).matches(request)) {
        return false;
      }
    }
    return true;
  }
}
