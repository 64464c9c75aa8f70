package io.outrigger.config.overload;

import io.envoyproxy.envoy.config.overload.v3.OverloadManager;
import io.envoyproxy.envoy.config.overload.v3.Trigger;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compiles the overload manager. */
public final class OverloadCompiler {
  private OverloadCompiler() {}

  public static OverloadConfig compile(OverloadManager proto, Problems problems) {
    List<ResourceMonitor> monitors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < proto.getResourceMonitorsCount(); i++) {
      var monitor = proto.getResourceMonitors(i);
      Problems here = problems.at("resource_monitors", i);
      if (!names.add(monitor.getName())) {
        here.error("name", "Duplicate resource monitor " + monitor.getName());
      }
      monitors.add(
          monitor(
              monitor.getName(),
              TypedExtension.of(monitor.getTypedConfig(), here.at("typed_config")),
              here.at("typed_config")));
    }
    List<OverloadAction> actions = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (int i = 0; i < proto.getActionsCount(); i++) {
      var action = proto.getActions(i);
      Problems here = problems.at("actions", i);
      if (!done.add(action.getName())) {
        here.error("name", "Duplicate overload action " + action.getName());
      }
      OverloadAction.Kind kind = OverloadAction.Kind.of(action.getName());
      if (kind == null) {
        here.error("name", "Unknown Overload Manager Action " + action.getName());
        continue;
      }
      if (!kind.built()) {
        here.ignored("name");
      }
      actions.add(
          new OverloadAction(
              action.getName(), kind, triggers(action.getTriggersList(), names, here)));
    }
    if (proto.hasBufferFactoryConfig()) {
      problems.ignored("buffer_factory_config");
    }
    long refresh =
        Millis.orElse(
            proto.hasRefreshInterval(),
            proto.getRefreshInterval(),
            1000,
            problems.at("refresh_interval"));
    return new OverloadConfig(
        Math.max(1, refresh), monitors, actions, points(proto, names, problems));
  }

  private static List<LoadShedPoint> points(
      OverloadManager proto, Set<String> monitors, Problems problems) {
    List<LoadShedPoint> points = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < proto.getLoadshedPointsCount(); i++) {
      var point = proto.getLoadshedPoints(i);
      Problems here = problems.at("loadshed_points", i);
      if (!names.add(point.getName())) {
        here.error("name", "Duplicate loadshed point " + point.getName());
      }
      List<OverloadAction.Trigger> triggers = triggers(point.getTriggersList(), monitors, here);
      LoadShedPoint.Kind kind = LoadShedPoint.Kind.of(point.getName());
      if (kind == null) {
        here.ignored("name");
      } else {
        points.add(new LoadShedPoint(point.getName(), kind, triggers));
      }
    }
    return points;
  }

  private static ResourceMonitor monitor(String name, TypedExtension config, Problems problems) {
    switch (config.type()) {
      case "envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig" -> {
        FixedHeapConfig heap = config.parse(FixedHeapConfig.parser(), problems);
        if (heap != null) {
          if (heap.getMaxHeapSizeBytes() <= 0) {
            problems.error("max_heap_size_bytes", "is 0; a number above zero is allowed");
          }
          return new ResourceMonitor.FixedHeap(name, heap.getMaxHeapSizeBytes());
        }
      }
      case "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig" -> {
        DownstreamConnectionsConfig connections =
            config.parse(DownstreamConnectionsConfig.parser(), problems);
        if (connections != null) {
          return new ResourceMonitor.DownstreamConnections(
              name, connections.getMaxActiveDownstreamConnections());
        }
      }
      case "envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig" -> {
        InjectedResourceConfig injected = config.parse(InjectedResourceConfig.parser(), problems);
        if (injected != null) {
          return new ResourceMonitor.Injected(name, injected.getFilename());
        }
      }
      default ->
          problems.warning("'" + config.type() + "' is not supported; the monitor has no effect");
    }
    return new ResourceMonitor.Ignored(name);
  }

  private static List<OverloadAction.Trigger> triggers(
      List<Trigger> protos, Set<String> monitors, Problems problems) {
    List<OverloadAction.Trigger> triggers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < protos.size(); i++) {
      Trigger proto = protos.get(i);
      Problems here = problems.at("triggers", i);
      if (!monitors.contains(proto.getName())) {
        here.error("name", "Unknown trigger resource " + proto.getName());
      }
      if (!names.add(proto.getName())) {
        here.error("name", "Duplicate trigger resource " + proto.getName());
      }
      if (proto.hasScaled()) {
        double from = proto.getScaled().getScalingThreshold();
        double full = proto.getScaled().getSaturationThreshold();
        if (from >= full) {
          here.error("scaled", "scaling_threshold must be less than saturation_threshold");
        }
        triggers.add(new OverloadAction.Trigger(proto.getName(), from, full));
      } else if (proto.hasThreshold()) {
        double at = proto.getThreshold().getValue();
        triggers.add(new OverloadAction.Trigger(proto.getName(), at, at));
      } else {
        here.error("action not set for trigger " + proto.getName());
      }
    }
    return triggers;
  }
}
