package io.outrigger.control.world;

import io.outrigger.control.istio.Destination;
import io.outrigger.control.istio.DestinationRule;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.resource.Spec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which changes may go in force now, whatever order files are saved in.
 *
 * <p>A new or changed VirtualService that leads to a host or subset that doesn't exist waits until
 * it does; until then its version before stays. A DestinationRule loses a subset only when no
 * VirtualService in force leads there. What was dangling from the start is left to Istio's
 * behaviour: its requests fail, and the validator warns.
 */
public final class Admission {
  /** What goes in force, and what waits. */
  public record Admitted(SortedMap<ResourceId, Resource> resources, List<Held> held) {}

  private static final Set<Kind> NAMED =
      EnumSet.of(Kind.SERVICE, Kind.SERVICE_ENTRY, Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE);

  private final Map<ResourceId, Resource> inForce;
  private final MeshConfig defaults;
  private final SortedMap<ResourceId, Resource> chosen;
  private final List<Held> held = new ArrayList<>();

  private Admission(
      Map<ResourceId, Resource> inForce, Collection<Resource> desired, MeshConfig defaults) {
    this.inForce = inForce;
    this.defaults = defaults;
    this.chosen = new TreeMap<>();
    desired.forEach(resource -> chosen.put(resource.id(), resource));
  }

  /**
   * What of the desired resources may go in force.
   *
   * @param inForce empty before the first world, in which nothing waits
   */
  public static Admitted admit(
      Map<ResourceId, Resource> inForce, Collection<Resource> desired, MeshConfig defaults) {
    Admission admission = new Admission(inForce, desired, defaults);
    if (!inForce.isEmpty() && admission.touchesRoutes()) {
      admission.holdRoutes();
      admission.holdSubsets();
    }
    return new Admitted(admission.chosen, List.copyOf(admission.held));
  }

  // most changes are of endpoints, which no route names
  private boolean touchesRoutes() {
    for (Kind kind : NAMED) {
      if (!of(kind, inForce.values()).equals(of(kind, chosen.values()))) {
        return true;
      }
    }
    return false;
  }

  private static Map<ResourceId, Spec> of(Kind kind, Collection<Resource> resources) {
    Map<ResourceId, Spec> out = new HashMap<>();
    for (Resource resource : resources) {
      if (resource.id().kind() == kind) {
        out.put(resource.id(), resource.spec());
      }
    }
    return out;
  }

  private void holdRoutes() {
    World world = WorldBuilder.names(defaults, chosen.values());
    for (Resource resource : List.copyOf(chosen.values())) {
      if (!(resource.spec() instanceof VirtualService spec) || !spec.forMesh()) {
        continue;
      }
      Resource before = inForce.get(resource.id());
      if (before != null && before.spec().equals(spec)) {
        continue;
      }
      String missing = missing(world, resource, spec);
      if (missing == null) {
        continue;
      }
      held.add(new Held(resource.id(), "waits for " + missing));
      if (before == null) {
        chosen.remove(resource.id());
      } else {
        chosen.put(resource.id(), before);
      }
    }
  }

  private void holdSubsets() {
    World world = WorldBuilder.names(defaults, chosen.values());
    World last = WorldBuilder.names(defaults, inForce.values());
    for (Resource resource : List.copyOf(chosen.values())) {
      if (!(resource.spec() instanceof VirtualService spec) || !spec.forMesh()) {
        continue;
      }
      for (Destination to : spec.destinations()) {
        if (missingSubset(world, resource, to) && !missingSubset(last, resource, to)) {
          keepRules(last, resource, to);
        }
      }
    }
  }

  // the rules that gave the subset stay as they were
  private void keepRules(World last, Resource route, Destination to) {
    for (ResourceId rule : rules(last, route, to).sources()) {
      Resource before = inForce.get(rule);
      if (before == null || before.equals(chosen.get(rule)) || !gives(before, to)) {
        continue;
      }
      chosen.put(rule, before);
      String reason = "waits until no route leads to subset " + to.subset() + " of " + to.host();
      if (held.stream().noneMatch(h -> h.resource().equals(rule))) {
        held.add(new Held(rule, reason + " (" + route.id() + " does)"));
      }
    }
  }

  private static boolean gives(Resource rule, Destination to) {
    return rule.id().kind() == Kind.DESTINATION_RULE
        && ((DestinationRule) rule.spec())
            .subsets().stream().anyMatch(subset -> subset.name().equals(to.subset()));
  }

  /** The first host or subset that a VirtualService leads to in vain, or null. */
  public static @Nullable String missing(World world, Resource route, VirtualService spec) {
    for (Destination to : spec.destinations()) {
      String host = Hosts.resolve(to.host(), route.namespace(), world.mesh().domain());
      if (world.service(host, route.namespace()) == null) {
        return "host " + host;
      }
      if (missingSubset(world, route, to)) {
        return "subset \"" + to.subset() + "\" of host " + host;
      }
    }
    return null;
  }

  private static boolean missingSubset(World world, Resource route, Destination to) {
    return to.subset() != null
        && !to.subset().isEmpty()
        && rules(world, route, to).subset(to.subset()) == null;
  }

  private static MergedDestinationRule rules(World world, Resource route, Destination to) {
    String host = Hosts.resolve(to.host(), route.namespace(), world.mesh().domain());
    Service service = world.service(host, route.namespace());
    return world
        .destinationRules()
        .find(
            route.namespace(),
            Map.of(),
            service == null ? route.namespace() : service.namespace(),
            host);
  }
}
