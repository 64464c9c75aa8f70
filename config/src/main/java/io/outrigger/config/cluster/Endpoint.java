package io.outrigger.config.cluster;

import io.outrigger.config.address.Address;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.proxyprotocol.Tlv;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint.
 *
 * @param additionalAddresses of the same host, for happy eyeballs
 * @param hostname for auto host rewrite and health checks; empty: none
 * @param health as the control plane says it
 * @param httpProxy where it is reached through, instead of at its address; null: at its address
 * @param tlvs of PROXY headers of version 2 that tell it of a client
 * @param healthCheckAddress null: {@code address}
 */
public record Endpoint(
    Address address,
    List<Address> additionalAddresses,
    String hostname,
    int weight,
    HealthStatus health,
    Metadata metadata,
    @Nullable Address httpProxy,
    List<Tlv> tlvs,
    @Nullable Address healthCheckAddress,
    String healthCheckHostname,
    boolean activeHealthCheckDisabled) {
  public Endpoint {
    additionalAddresses = List.copyOf(additionalAddresses);
    tlvs = List.copyOf(tlvs);
  }

  /** core.v3.HealthStatus. */
  public enum HealthStatus {
    UNKNOWN,
    HEALTHY,
    UNHEALTHY,
    DRAINING,
    TIMEOUT,
    DEGRADED
  }
}
