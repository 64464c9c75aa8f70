package io.outrigger.proxy.health;

/** Why a check failed, as HealthCheckFailureType of Envoy's data.core.v3 names it. */
enum FailureType {
  /** The host answered, and not well. */
  ACTIVE,
  /** An answer to traffic said so: x-envoy-immediate-health-check-fail. */
  PASSIVE,
  NETWORK,
  NETWORK_TIMEOUT;

  /** Whether only as many in a row as the threshold says make a host unhealthy. */
  boolean isNetwork() {
    return this == NETWORK || this == NETWORK_TIMEOUT;
  }
}
