package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.OnDemandClusters;
import io.outrigger.xds.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Clusters that requests have asked for (ODCDS), and what waits for them. One that is asked for
 * while others wait for it waits no longer than they do, as in Envoy. On the configuration loop.
 */
final class ClusterDemands {
  static final String STAT_PREFIX = "cluster_manager.odcds.";

  /** The name in a source's reference: nothing by itself, but what requests ask for. */
  static final String NOTHING_YET = "";

  private record Wait(List<Consumer<ClusterAnswer>> waiting, Future<?> limit) {}

  private record Ready(Wait of, ClusterAnswer answer) {}

  private final ScheduledExecutorService loop;
  private final Runnable changed;
  private final Map<Reference.Key, Wait> waits = new HashMap<>();
  private final List<Ready> ready = new ArrayList<>();
  private final Set<Reference> sources = new LinkedHashSet<>();

  /** {@code changed} is run when somebody is to be told. */
  ClusterDemands(ScheduledExecutorService loop, Runnable changed) {
    this.loop = loop;
    this.changed = changed;
  }

  static Reference.Key key(String name, OnDemandClusters from) {
    return new Reference.Key(ResourceType.CDS, name, from.source().origin());
  }

  /** Whether nobody waits for it yet: the server is to be asked. */
  boolean add(Reference.Key what, OnDemandClusters from, Consumer<ClusterAnswer> answered) {
    Wait others = waits.get(what);
    if (others != null) {
      others.waiting.add(answered);
      return false;
    }
    Future<?> limit =
        loop.schedule(
            () -> answer(what, ClusterAnswer.LATE), from.timeoutMillis(), TimeUnit.MILLISECONDS);
    List<Consumer<ClusterAnswer>> waiting = new ArrayList<>();
    waiting.add(answered);
    waits.put(what, new Wait(waiting, limit));
    return true;
  }

  /** Whether this source wasn't known before, and is to be opened. */
  boolean opens(OnDemandClusters from) {
    return !(from.source() instanceof ConfigSource.Ads)
        && sources.add(new Reference(ResourceType.CDS, NOTHING_YET, from.source(), STAT_PREFIX));
  }

  /** The sources that were asked, beside the aggregated stream. */
  Collection<Reference> sources() {
    return sources;
  }

  /** Who asked doesn't wait any longer. */
  void withdraw(Reference.Key what, Consumer<ClusterAnswer> answered) {
    Wait others = waits.get(what);
    if (others != null) {
      others.waiting.remove(answered);
    }
  }

  /** The server has said that it doesn't have these. */
  void missing(Collection<String> names, ConfigSource origin) {
    for (String name : names) {
      answer(new Reference.Key(ResourceType.CDS, name, origin), ClusterAnswer.MISSING);
    }
  }

  private void answer(Reference.Key what, ClusterAnswer answer) {
    Wait wait = waits.remove(what);
    if (wait != null) {
      wait.limit.cancel(false);
      ready.add(new Ready(wait, answer));
      changed.run();
    }
  }

  /** All that came is in force: tells who waited, of what is there once its hosts are known. */
  void published(Snapshot now, Configuration.ClusterGate hosts) {
    for (Reference.Key what : List.copyOf(waits.keySet())) {
      Wait wait = waits.get(what);
      if (wait != null && now.cluster(what.name()) != null) {
        waits.remove(what);
        wait.limit.cancel(false);
        hosts.whenReady(() -> tell(wait, ClusterAnswer.THERE));
      }
    }
    List<Ready> due = List.copyOf(ready);
    ready.clear();
    due.forEach(one -> tell(one.of, one.answer));
  }

  private static void tell(Wait wait, ClusterAnswer answer) {
    List.copyOf(wait.waiting).forEach(one -> one.accept(answer));
  }
}
