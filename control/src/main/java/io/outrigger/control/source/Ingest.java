package io.outrigger.control.source;

import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.istio.WorkloadEntry;
import io.outrigger.control.keys.KeySets;
import io.outrigger.control.kubernetes.EndpointSlice;
import io.outrigger.control.resource.Change;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.validate.CrossChecks;
import io.outrigger.control.world.Admission;
import io.outrigger.control.world.Applied;
import io.outrigger.control.world.Held;
import io.outrigger.control.world.World;
import io.outrigger.control.world.WorldBuilder;
import io.outrigger.control.world.Worlds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;

/** Turns batches of what changed in any source into worlds. Each source calls on its own thread. */
public final class Ingest implements Sink {
  private final Worlds worlds;
  private final MeshConfig defaults;
  private final ResourceStore store = new ResourceStore();
  private Set<Problem> known = Set.of();
  private List<Held> held = List.of();
  private KeySets keys = KeySets.NONE;

  /**
   * @param defaults the mesh's settings where no MeshConfig resource gives them
   */
  public Ingest(Worlds worlds, MeshConfig defaults) {
    this.worlds = worlds;
    this.defaults = defaults;
  }

  @Override
  public synchronized void changed(Map<String, ParsedFile> changed, long seenNanos) {
    changed.forEach(store::put);
    build(seenNanos, false);
  }

  /** What was fetched of issuers' keys is new. */
  public synchronized void fetched(Supplier<KeySets> newest) {
    keys = newest.get();
    build(System.nanoTime(), true);
  }

  private void build(long seenNanos, boolean newKeys) {
    long began = System.nanoTime();
    List<Problem> problems = new ArrayList<>();
    Collection<Resource> desired = store.desired(problems);
    World last = worlds.current();
    Admission.Admitted admitted = Admission.admit(last.resources(), desired, defaults);
    List<Change> changes = changes(last.resources(), admitted.resources());
    World next =
        changes.isEmpty() && !newKeys
            ? last
            : WorldBuilder.build(
                last.generation() + 1, defaults, admitted.resources().values(), keys);
    problems.addAll(CrossChecks.of(next));
    problems.addAll(next.requestAuthentications().problems());
    List<Problem> fresh = problems.stream().filter(p -> !known.contains(p)).toList();
    boolean news =
        newKeys || !changes.isEmpty() || !fresh.isEmpty() || !held.equals(admitted.held());
    boolean healed = known.size() != new HashSet<>(problems).size();
    known = new HashSet<>(problems);
    held = admitted.held();
    if (news || healed || last.generation() == 0) {
      long now = System.nanoTime();
      worlds.apply(
          new Applied(
              next,
              changes,
              List.copyOf(problems),
              fresh,
              held,
              Duration.ofNanos(now - seenNanos),
              Duration.ofNanos(now - began)));
    }
  }

  private static List<Change> changes(
      SortedMap<ResourceId, Resource> last, SortedMap<ResourceId, Resource> next) {
    List<Change> changes = new ArrayList<>();
    for (Resource resource : next.values()) {
      Resource before = last.get(resource.id());
      if (before == null) {
        changes.add(new Change(resource.id(), Change.Type.ADDED, resource.place()));
      } else if (!before.sameContent(resource)) {
        changes.add(new Change(resource.id(), Change.Type.CHANGED, resource.place()));
      }
    }
    for (Resource resource : last.values()) {
      if (!next.containsKey(resource.id())) {
        changes.add(new Change(resource.id(), Change.Type.REMOVED, resource.place()));
      }
    }
    return List.copyOf(changes);
  }

  @Override
  public synchronized boolean removesEndpoints(String file, ParsedFile content) {
    Map<ResourceId, Resource> last = store.good(file);
    Map<ResourceId, Resource> next = ResourceStore.good(last, content, new ArrayList<>());
    for (Resource before : last.values()) {
      Kind kind = before.id().kind();
      if (kind != Kind.WORKLOAD_ENTRY && kind != Kind.ENDPOINT_SLICE && kind != Kind.POD) {
        continue;
      }
      Resource after = next.get(before.id());
      if (after == null || !addresses(after).containsAll(addresses(before))) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> addresses(Resource resource) {
    Set<String> out = new HashSet<>();
    switch (resource.spec()) {
      case WorkloadEntry entry -> out.add(entry.address() + entry.ports());
      case EndpointSlice slice ->
          slice.endpoints().stream()
              .filter(EndpointSlice.SliceEndpoint::ready)
              .forEach(endpoint -> out.addAll(endpoint.addresses()));
      default -> {}
    }
    return out;
  }
}
