package io.outrigger.control.translate.model;

import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.translate.SecretSource;
import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.Service;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cluster to be made: one of a proxy's upstreams. */
public sealed interface ClusterModel {
  String name();

  /**
   * A service's port, or a subset of it.
   *
   * @param policy what holds for this port and subset, all levels merged
   * @param autoMtls whether endpoints with a sidecar are spoken to in mutual TLS
   * @param allSidecars whether every endpoint that is known has one; what counts where connections
   *     go to addresses that no endpoint list gives
   * @param sni the name that the upstream's sidecar sees
   * @param identities the SPIFFE ids that may answer; empty when none are known
   * @param inline the endpoints of a cluster that asks DNS
   * @param tellsPeers whether the proxy tells those called who it is, in Istio's way
   */
  record Outbound(
      String name,
      Discovery discovery,
      Protocol protocol,
      TrafficPolicy policy,
      boolean autoMtls,
      boolean allSidecars,
      String sni,
      ServiceRef service,
      List<String> identities,
      List<Endpoint> inline,
      SecretSource secrets,
      Duration connectTimeout,
      boolean h2Upgrade,
      boolean tellsPeers)
      implements ClusterModel {
    public String hostname() {
      return service.hostname();
    }
  }

  /**
   * The service that a cluster is of, for metrics to name.
   *
   * @param external whether it lies outside the mesh
   */
  record ServiceRef(String hostname, String name, String namespace, boolean external) {
    public static ServiceRef of(Service service) {
      return new ServiceRef(
          service.hostname(), service.name(), service.namespace(), service.meshExternal());
    }
  }

  /**
   * The application behind this sidecar.
   *
   * @param address where it listens, or null to connect to where the caller was going
   * @param bind the address that connections come from, or null
   */
  record Inbound(
      String name,
      @Nullable String address,
      int port,
      @Nullable String bind,
      ServiceRef service,
      Protocol protocol,
      Duration connectTimeout)
      implements ClusterModel {}

  /** Goes where the caller was going. */
  record Passthrough(String name, @Nullable String bind, Duration connectTimeout)
      implements ClusterModel {}

  /** Has no endpoint, for what must not go anywhere. */
  record BlackHole(String name, Duration connectTimeout) implements ClusterModel {}

  /** How a cluster's endpoints are known. */
  enum Discovery {
    EDS,
    STRICT_DNS,
    LOGICAL_DNS,
    ORIGINAL_DST
  }
}
