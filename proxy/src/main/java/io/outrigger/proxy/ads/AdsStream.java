package io.outrigger.proxy.ads;

import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.GrpcService;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Reference;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.AdsClient;
import io.outrigger.xds.Rejection;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.ResourceUpdate;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The aggregated discovery stream: asks for what is wanted. On the configuration loop. */
public final class AdsStream implements Configuration.Listener {
  private final AdsClient client;
  private final Configuration configuration;
  private final DiscoveryStream stream;
  private final Map<ResourceType, Set<String>> subscribed = new EnumMap<>(ResourceType.class);
  private final Set<String> demanded = new HashSet<>();

  /** {@code clusters} are those of the configuration loop; {@code service} names one of them. */
  public AdsStream(
      Worker main,
      StatStore stats,
      AdsClient client,
      Configuration configuration,
      Clusters clusters,
      GrpcService service) {
    this.client = client;
    this.configuration = configuration;
    this.stream =
        new DiscoveryStream(
            main,
            stats,
            "",
            client,
            client.method(),
            clusters,
            service,
            new DiscoveryStream.Owner() {
              @Override
              public List<Rejection> take(ResourceUpdate update) {
                return taken(configuration, update, ConfigSource.aggregated());
              }

              @Override
              public void whenInForce(Runnable answer) {
                configuration.whenInForce(answer);
              }

              @Override
              public void streamLost() {
                configuration.streamLost();
              }
            });
  }

  /** Takes an update; Envoy counts the answer as the next attempt. */
  static List<Rejection> taken(
      Configuration configuration, ResourceUpdate update, ConfigSource origin) {
    List<Rejection> rejections = configuration.take(update, origin);
    Set<String> names = new HashSet<>();
    update.resources().forEach(resource -> names.add(resource.name()));
    configuration.attempted(update.type(), names, origin);
    return rejections;
  }

  /** Asks for every cluster and listener, as the bootstrap's dynamic resources say. */
  public void subscribeAll(ResourceType type) {
    client.subscribeAll(type);
    configuration.attempted(type, Set.of(), ConfigSource.aggregated());
  }

  /** Says what is held already, so that the server need not send it again. */
  public void remember(ResourceType type, Map<String, String> versions) {
    client.remember(type, versions);
  }

  /** Begins to connect. */
  public void start() {
    stream.start();
  }

  @Override
  public void onWanted(ResourceType type, Set<String> names) {
    Set<String> before = subscribed.getOrDefault(type, Set.of());
    Set<String> added = without(names, before);
    Set<String> dropped = without(before, names);
    if (type == ResourceType.VHDS && !dropped.isEmpty()) {
      dropped.addAll(demanded); // with the last table that had virtual hosts on demand
      demanded.clear();
    }
    if (!added.isEmpty()) {
      client.subscribe(type, added);
      configuration.attempted(type, added, ConfigSource.aggregated());
    }
    if (!dropped.isEmpty()) {
      client.unsubscribe(type, dropped);
    }
    subscribed.put(type, names);
    stream.send();
  }

  @Override
  public void onDemanded(Reference.Key what) {
    if (!(what.origin() instanceof ConfigSource.Ads)) {
      return;
    }
    if (what.type() == ResourceType.CDS) {
      // a server of the other protocol would be asked for this one only
      if (client.isIncremental()) {
        client.subscribe(what.type(), Set.of(what.name()));
        stream.send();
      }
    } else {
      client.subscribe(what.type(), Set.of(what.name()));
      client.refresh(what.type(), Set.of(what.name()));
      demanded.add(what.name());
      stream.send();
    }
  }

  private static Set<String> without(Collection<String> names, Collection<String> others) {
    Set<String> rest = new HashSet<>(names);
    rest.removeAll(others);
    return rest;
  }

  @Override
  public void onPublished(Snapshot snapshot) {
    stream.onPublished(snapshot);
  }

  /** Closes for good. */
  public void close() {
    stream.close();
  }
}
