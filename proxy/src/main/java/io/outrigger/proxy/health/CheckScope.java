package io.outrigger.proxy.health;

import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.pool.OwnChannel;
import io.outrigger.proxy.pool.PoolScope;
import io.outrigger.proxy.pool.TransportSocket;
import io.outrigger.proxy.worker.Worker;
import java.util.List;

/** What the checks of one cluster share. */
record CheckScope(HealthCheck config, PoolScope pools) {
  Worker worker() {
    return pools.worker();
  }

  /** Opens a connection to where the host wants to be checked. */
  OwnChannel open(Host host, List<String> fallbackAlpn, OwnChannel.Owner owner) {
    Metadata transport =
        config.transportMatch() == null ? host.metadata() : config.transportMatch();
    TransportSocket socket = pools.sockets().of(transport);
    String name = null;
    if (socket != null) {
      if (!config.alpnProtocols().isEmpty()) {
        socket = socket.offering(config.alpnProtocols());
      }
      name = socket.namesTheHost() && !host.hostname().isEmpty() ? host.hostname() : null;
    }
    return new OwnChannel(pools, host, transport, socket, name, fallbackAlpn, owner);
  }

  /** The authority: the endpoint's for checks, the check's, the cluster's name. */
  String authority(Host host, String configured) {
    String own = host.endpoint().healthCheckHostname();
    return !own.isEmpty() ? own : !configured.isEmpty() ? configured : pools.config().name();
  }
}
