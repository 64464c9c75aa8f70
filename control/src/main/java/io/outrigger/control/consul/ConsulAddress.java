package io.outrigger.control.consul;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where Consul is, and how it is asked.
 *
 * @param agent such as {@code http://127.0.0.1:8500}
 * @param tokenFile holds the ACL token, read at each query; null for none
 * @param datacenter null: the agent's own
 * @param keyPrefix resources are read from the keys under it; null: from none
 */
public record ConsulAddress(
    URI agent, @Nullable Path tokenFile, @Nullable String datacenter, @Nullable String keyPrefix) {

  /**
   * Checks an agent's address.
   *
   * @throws IllegalArgumentException saying what is allowed
   */
  public static URI agent(String text) {
    try {
      URI uri = URI.create(text);
      String scheme = uri.getScheme();
      if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
        return URI.create(scheme + "://" + uri.getRawAuthority());
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "--consul is \"" + text + "\"; an address such as http://127.0.0.1:8500 is allowed");
  }
}
