package io.outrigger.xds;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one response asks the client to change. The client compiles each resource and hands the
 * outcome to {@link AdsClient#answer}.
 *
 * @param version what the server calls the state that this update leads to; for logs and pages
 * @param resources new and changed resources, in the server's order
 * @param removed names that are gone; for full-set types of the state-of-the-world protocol, what
 *     was missing from the response
 * @param refused resources that the protocol layer refused already: of another type, without a
 *     name, or named twice; they are not among {@code resources}
 * @param leases by name, how long a resource stays from now on: of {@code resources}, and of those
 *     that are held already and whose heartbeat came
 * @param mentioned of VHDS: the names and aliases of what came, and of what the server doesn't have
 * @param stream which connection it came on, so that a late answer isn't sent on the next one
 */
public record ResourceUpdate(
    ResourceType type,
    String version,
    String nonce,
    List<VersionedResource> resources,
    List<String> removed,
    List<Rejection> refused,
    Map<String, Duration> leases,
    Set<String> mentioned,
    int stream) {
  /** An update whose resources stay until they are removed. */
  public ResourceUpdate(
      ResourceType type,
      String version,
      String nonce,
      List<VersionedResource> resources,
      List<String> removed,
      List<Rejection> refused,
      int stream) {
    this(type, version, nonce, resources, removed, refused, Map.of(), Set.of(), stream);
  }
}
