package io.outrigger.proxy.ads;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Need;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.AdsClient;
import io.outrigger.xds.Rejection;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.ResourceUpdate;
import java.util.List;
import java.util.Set;

/**
 * The discovery stream of one need, on the method of its type, as Envoy opens one for each
 * api_config_source. On the configuration loop.
 */
public final class SingleStream {
  private final AdsClient client;
  private final DiscoveryStream stream;

  /** Begins to connect. {@code source} has at least one service. */
  public SingleStream(
      Worker main,
      StatStore stats,
      Node node,
      Configuration configuration,
      Clusters clusters,
      Need need,
      ConfigSource.Grpc source) {
    client = source.delta() ? AdsClient.delta(node) : AdsClient.sotw(node);
    if (need.isWhole()) {
      client.subscribeAll(need.type());
    } else if (!need.name().isEmpty()) {
      client.subscribe(need.type(), Set.of(need.name()));
    }
    configuration.attempted(need.type(), Set.of(need.name()), need.origin());
    stream =
        new DiscoveryStream(
            main,
            stats,
            need.statPrefix(),
            client,
            need.type().method(source.delta()),
            clusters,
            source.services().getFirst(),
            new DiscoveryStream.Owner() {
              @Override
              public List<Rejection> take(ResourceUpdate update) {
                return AdsStream.taken(configuration, update, need.origin());
              }

              @Override
              public void whenInForce(Runnable answer) {
                configuration.whenInForce(answer);
              }

              @Override
              public void streamLost() {
                configuration.streamLost(need);
                configuration.attempted(need.type(), Set.of(need.name()), need.origin());
              }
            });
    stream.start();
  }

  /** Asks for one more resource, or for a virtual host again. */
  public void ask(ResourceType type, String name) {
    client.subscribe(type, Set.of(name));
    if (type == ResourceType.VHDS) {
      client.refresh(type, Set.of(name));
    }
    stream.send();
  }

  /** Tries again at once where something came into force that the stream lacked. */
  public void onPublished(Snapshot snapshot) {
    stream.onPublished(snapshot);
  }

  /** Closes for good. */
  public void close() {
    stream.close();
  }
}
