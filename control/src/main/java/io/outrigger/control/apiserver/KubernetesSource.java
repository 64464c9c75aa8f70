package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.outrigger.control.outage.ApiError;
import io.outrigger.control.outage.Reachability;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.source.ObjectFeed;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.source.ResourceReader;
import io.outrigger.control.source.Sink;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Watches the resources of a cluster that matter to a mesh, and hands on each batch of changes.
 *
 * <p>A kind of custom resource is watched from when its definition is there until it is gone. While
 * the API server is away, what was seen last stays. One thread of its own hands on; threads of the
 * client see.
 */
public final class KubernetesSource implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("kubernetes");

  private final KubernetesClient client;
  private final Reachability reachability;
  private final ObjectFeed feed;
  private final Map<Watched, SharedIndexInformer<GenericKubernetesResource>> watches =
      new ConcurrentHashMap<>();
  private final Map<Watched, ApiError> troubles = new ConcurrentHashMap<>();
  private final Set<Watched> listed = ConcurrentHashMap.newKeySet();
  private final CountDownLatch definitionsListed = new CountDownLatch(1);
  private @Nullable SharedIndexInformer<CustomResourceDefinition> definitions;
  private volatile boolean closed;

  KubernetesSource(KubernetesClient client, Sink sink, Reachability reachability) {
    this.client = client;
    this.reachability = reachability;
    this.feed = new ObjectFeed("kubernetes", sink);
  }

  /** Reads everything once, however long the API server takes to answer, then goes on to watch. */
  public void start() throws InterruptedException {
    for (Watched kind : Watched.BUILT_IN) {
      watch(kind);
    }
    SharedIndexInformer<CustomResourceDefinition> informer =
        client.apiextensions().v1().customResourceDefinitions().runnableInformer(0);
    definitions = informer;
    informer
        .exceptionHandler(
            (started, error) -> {
              reachability.failed("definitions of custom resources can't be read", error);
              return true;
            })
        .addEventHandler(new Definitions())
        .start();
    definitionsListed.await();
    feed.start(() -> watches.keySet().stream().allMatch(this::listedOrDenied));
  }

  // who has no gateways may deny the mesh their secrets
  private boolean listedOrDenied(Watched kind) {
    return listed.contains(kind) || (kind.kind() == Kind.SECRET && troubles.containsKey(kind));
  }

  /** What is watched, and what goes wrong with it; empty for nothing. */
  public Map<String, String> state() {
    String away = reachability.trouble();
    Map<String, String> out = new TreeMap<>();
    watches.forEach(
        (kind, informer) ->
            out.put(kind.toString(), away.isEmpty() ? trouble(kind, informer) : away));
    return out;
  }

  private String trouble(Watched kind, SharedIndexInformer<?> informer) {
    if (informer.isWatching()) {
      return "";
    }
    ApiError found = troubles.get(kind);
    return found == null ? "not watched yet" : found.told();
  }

  /** Whether all is watched that the control plane's role lets it watch. */
  boolean seesAll() {
    return definitionsListed.getCount() == 0
        && watches.entrySet().stream()
            .allMatch(entry -> entry.getValue().isWatching() || denied(entry.getKey()));
  }

  private boolean denied(Watched kind) {
    ApiError found = troubles.get(kind);
    return found != null && found.isDenied();
  }

  /** Whether the cluster has that kind. */
  boolean watches(Kind kind) {
    return watches.keySet().stream().anyMatch(watched -> watched.kind() == kind);
  }

  private void watch(Watched kind) {
    SharedIndexInformer<GenericKubernetesResource> informer =
        kind.of(client).runnableInformer(0).removeNamespaceIndex().itemStore(new VersionStore());
    if (watches.putIfAbsent(kind, informer) != null) {
      return;
    }
    informer
        .exceptionHandler(
            (started, error) -> {
              ApiError found = ApiError.of(error);
              ApiError last = troubles.put(kind, found);
              if (found.isAway() || !found.equals(last)) {
                reachability.failed(kind + " can't be watched", error);
              }
              return !closed;
            })
        .addEventHandler(new Objects(kind))
        .start();
  }

  private void unwatch(Watched kind) {
    SharedIndexInformer<GenericKubernetesResource> informer = watches.remove(kind);
    if (informer != null) {
      informer.stop();
      listed.remove(kind);
      troubles.remove(kind);
      informer
          .getStore()
          .listKeys()
          .forEach(key -> feed.seen(kind.prefix() + key, ParsedFile.absent()));
    }
  }

  /** Objects of one kind, as the client sees them. */
  private final class Objects implements ResourceEventHandler<GenericKubernetesResource> {
    private final Watched kind;

    Objects(Watched kind) {
      this.kind = kind;
    }

    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
      listed.add(kind);
      troubles.remove(kind);
    }

    @Override
    public void onAdd(GenericKubernetesResource object) {
      String name = name(object);
      List<ResourceReader.Read> read = ResourceReader.read(ObjectNodes.document(object, name));
      feed.seen(name, ParsedFile.of(object.getMetadata().getResourceVersion(), read));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
      onAdd(object);
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean stateUnknown) {
      feed.seen(name(object), ParsedFile.absent());
    }

    private String name(GenericKubernetesResource object) {
      return kind.prefix() + VersionStore.key(object);
    }
  }

  /** Which custom resources there are. */
  private final class Definitions implements ResourceEventHandler<CustomResourceDefinition> {
    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
      definitionsListed.countDown();
    }

    @Override
    public void onAdd(CustomResourceDefinition definition) {
      Watched kind = watched(definition);
      if (kind != null) {
        watch(kind);
      }
    }

    @Override
    public void onUpdate(CustomResourceDefinition before, CustomResourceDefinition now) {
      Watched last = watched(before);
      Watched kind = watched(now);
      if (last != null && !last.equals(kind)) {
        unwatch(last);
      }
      if (kind != null) {
        watch(kind);
      }
    }

    @Override
    public void onDelete(CustomResourceDefinition definition, boolean stateUnknown) {
      Watched kind = watched(definition);
      if (kind != null) {
        unwatch(kind);
      }
    }

    private static @Nullable Watched watched(CustomResourceDefinition definition) {
      var spec = definition.getSpec();
      Kind kind = Kind.of(spec.getGroup(), spec.getNames().getKind());
      if (kind == null) {
        return null;
      }
      for (String version : ResourceReader.versions(kind)) {
        if (spec.getVersions().stream()
            .anyMatch(v -> v.getName().equals(version) && Boolean.TRUE.equals(v.getServed()))) {
          return new Watched(kind, version, spec.getNames().getPlural());
        }
      }
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              definition.getMetadata().getName()
                  + " serves none of "
                  + ResourceReader.versions(kind)
                  + "; it has no effect");
      return null;
    }
  }

  @Override
  public void close() {
    closed = true;
    SharedIndexInformer<CustomResourceDefinition> informer = definitions;
    if (informer != null) {
      informer.stop();
    }
    watches.values().forEach(SharedIndexInformer::stop);
    feed.close();
  }
}
