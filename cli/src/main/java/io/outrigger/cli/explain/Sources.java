package io.outrigger.cli.explain;

import io.outrigger.control.istio.DestinationRule;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.world.World;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds which resource a setting comes from. */
public final class Sources {
  private final World world;

  Sources(World world) {
    this.world = world;
  }

  /** A resource's kind, name, file and line. */
  public static String of(Resource resource) {
    return resource.id() + "  " + resource.place().file() + ":" + resource.place().line();
  }

  /** The mesh's own settings, if a file has any. */
  String mesh() {
    for (Map.Entry<ResourceId, Resource> entry : world.resources().entrySet()) {
      if (entry.getKey().kind() == Kind.MESH_CONFIG) {
        return of(entry.getValue());
      }
    }
    return Setting.DEFAULT;
  }

  /**
   * The DestinationRule whose word {@code value} is.
   *
   * @param rules those that apply, in the order in which they do
   * @param subset whose own settings go before the whole rule's; null: no subset
   * @param setting reads it from a policy; null where a policy doesn't have it
   * @param value what is in force; null: nobody has said anything
   */
  <T> String rule(
      List<ResourceId> rules,
      @Nullable String subset,
      int port,
      Function<TrafficPolicy, @Nullable T> setting,
      @Nullable T value) {
    if (value == null) {
      return Setting.DEFAULT;
    }
    for (ResourceId id : rules) {
      Resource resource = world.resources().get(id);
      if (resource == null) {
        continue;
      }
      DestinationRule rule = (DestinationRule) resource.spec();
      for (DestinationRule.Subset one : rule.subsets()) {
        if (one.name().equals(subset)
            && (says(one.trafficPolicy().forPort(port), setting, value)
                || says(one.trafficPolicy(), setting, value))) {
          return of(resource);
        }
      }
      if (says(rule.trafficPolicy().forPort(port), setting, value)) {
        return of(resource);
      }
    }
    return Setting.DEFAULT;
  }

  private static <T> boolean says(
      TrafficPolicy policy, Function<TrafficPolicy, @Nullable T> setting, T value) {
    return Objects.equals(setting.apply(policy), value);
  }
}
