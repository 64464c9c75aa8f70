package io.outrigger.proxy.cluster;

import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.LocalityEndpoints;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.cluster.ResolvedLocality.ResolvedEndpoint;
import io.outrigger.proxy.log.Log;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** STATIC and EDS: hosts whose addresses are told, by the configuration or by EDS. */
final class ConfiguredHosts implements HostDiscovery {
  private final Cluster cluster;
  private final @Nullable ClusterEndpoints configured;
  private @Nullable ClusterEndpoints current;

  ConfiguredHosts(Cluster cluster, @Nullable ClusterEndpoints configured) {
    this.cluster = cluster;
    this.configured = configured;
  }

  @Override
  public void start(Runnable initialized) {
    if (configured != null) {
      apply(configured);
    }
    initialized.run();
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // what didn't change is the same object
  public void endpoints(@Nullable ClusterEndpoints endpoints) {
    if (endpoints != null && endpoints != current) {
      apply(endpoints);
    }
  }

  private void apply(ClusterEndpoints endpoints) {
    current = endpoints;
    List<ResolvedLocality> localities = new ArrayList<>(endpoints.localities().size());
    for (LocalityEndpoints locality : endpoints.localities()) {
      List<ResolvedEndpoint> resolved = new ArrayList<>(locality.endpoints().size());
      for (Endpoint endpoint : locality.endpoints()) {
        SocketAddress address = SocketAddresses.of(endpoint.address());
        if (address == null) {
          Log.UPSTREAM.warning(
              "cluster "
                  + cluster.name()
                  + ": endpoint "
                  + endpoint.address()
                  + " is left out: it is no IP address or unix socket");
          continue;
        }
        String text = endpoint.address().toString();
        // with another list it is another host, so that what is connected elsewhere ends
        String key =
            endpoint.additionalAddresses().isEmpty() ? text : text + endpoint.additionalAddresses();
        int scope = SocketAddresses.scope(SocketAddresses.ip(address));
        key = scope == 0 ? key : key + "%" + scope;
        resolved.add(
            new ResolvedEndpoint(
                key, address, text, toTry(address, endpoint), endpoint.hostname(), endpoint));
      }
      localities.add(
          new ResolvedLocality(
              locality.locality(), locality.priority(), locality.weight(), resolved));
    }
    cluster.drop(endpoints);
    cluster.setHosts(localities, endpoints);
  }

  private List<SocketAddress> toTry(SocketAddress address, Endpoint endpoint) {
    if (endpoint.additionalAddresses().isEmpty()) {
      return List.of();
    }
    List<SocketAddress> all = new ArrayList<>(1 + endpoint.additionalAddresses().size());
    all.add(address);
    for (Address more : endpoint.additionalAddresses()) {
      SocketAddress another = SocketAddresses.of(more);
      if (another != null) {
        all.add(another);
      } else {
        Log.UPSTREAM.warning(
            "cluster "
                + cluster.name()
                + ": additional address "
                + more
                + " is left out: it is no IP address or unix socket");
      }
    }
    return AddressOrder.of(all, cluster.config().happyEyeballs());
  }

  @Override
  public void stop() {}
}
