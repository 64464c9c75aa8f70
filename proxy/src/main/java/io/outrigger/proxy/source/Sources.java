package io.outrigger.proxy.source;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.ads.SingleStream;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Need;
import io.outrigger.proxy.snapshot.Reference;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.ResourceType;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files and streams that configuration comes from beside the aggregated stream: one for each
 * need, for as long as something in force or on its way has that need.
 */
public final class Sources implements Configuration.Listener {
  private final Worker main;
  private final StatStore stats;
  private final Configuration configuration;
  private final Clusters clusters;
  private final Node node;
  private final boolean rejectUnknown;
  private final FileWatches watches;
  private final Map<Need, Source> whole = new HashMap<>();
  private final Map<Need, Source> named = new HashMap<>();

  /** {@code rejectUnknown}: a file with a field that is not known is refused. */
  public Sources(
      Worker main,
      StatStore stats,
      Configuration configuration,
      Clusters clusters,
      Node node,
      boolean rejectUnknown) {
    this.main = main;
    this.stats = stats;
    this.configuration = configuration;
    this.clusters = clusters;
    this.node = node;
    this.rejectUnknown = rejectUnknown;
    this.watches = new FileWatches(main.loop());
  }

  /** The watches of files, for others' files. */
  public FileWatches watches() {
    return watches;
  }

  /** Asks for all clusters or listeners. */
  public void subscribeAll(ResourceType type, ConfigSource source) {
    Need need =
        new Need(
            type,
            "*",
            source,
            type == ResourceType.CDS ? "cluster_manager.cds." : "listener_manager.lds.");
    Source opened = open(need);
    if (opened != null) {
      whole.put(need, opened);
    }
  }

  @Override
  public void onNeeded(Collection<Need> needs) {
    for (Iterator<Map.Entry<Need, Source>> all = named.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Need, Source> one = all.next();
      if (!needs.contains(one.getKey())) {
        all.remove();
        one.getValue().close();
      }
    }
    for (Need need : needs) {
      if (!named.containsKey(need)) {
        Source opened = open(need);
        if (opened != null) {
          named.put(need, opened);
        }
      }
    }
  }

  @Override
  public void onDemanded(Reference.Key what) {
    for (Map.Entry<Need, Source> one : named.entrySet()) {
      if (one.getKey().type() == what.type()
          && one.getKey().origin().equals(what.origin())
          && one.getValue() instanceof StreamSource stream) {
        stream.ask(what.type(), what.name());
        return;
      }
    }
  }

  private @Nullable Source open(Need need) {
    if (need.source() instanceof ConfigSource.File file) {
      return new FileSource(need, file, watches, rejectUnknown, configuration);
    }
    if (need.source() instanceof ConfigSource.Grpc grpc && !grpc.services().isEmpty()) {
      return new StreamSource(
          new SingleStream(main, stats, node, configuration, clusters, need, grpc));
    }
    Log.CONFIG.error(need.type() + " " + need.name() + ": has no source");
    return null;
  }

  @Override
  public void onPublished(Snapshot snapshot) {
    published(whole, snapshot);
    published(named, snapshot);
  }

  private static void published(Map<Need, Source> sources, Snapshot snapshot) {
    for (Source source : sources.values()) {
      if (source instanceof StreamSource stream) {
        stream.published(snapshot);
      }
    }
  }

  /** Closes all of them. */
  public void close() {
    whole.values().forEach(Source::close);
    named.values().forEach(Source::close);
    watches.close();
  }
}
