package io.outrigger.proxy.overload;

import io.outrigger.config.overload.OverloadAction;
import io.outrigger.config.overload.OverloadConfig;
import io.outrigger.config.overload.ResourceMonitor;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The overload manager's round: read the monitors, set the actions. On the configuration loop. */
@SuppressWarnings("FutureReturnValueIgnored") // the loop's end cancels it
public final class Overload {
  /** As often as Envoy gives memory back while the action is on. */
  private static final long SHRINK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final OverloadConfig config;
  private final Worker main;
  private final OverloadState state;
  private final Consumer<Boolean> pauseAccepting;
  private final List<Watched> watched = new ArrayList<>();
  private final List<Done> done = new ArrayList<>();
  private final Map<String, Double> pressures = new HashMap<>();
  private final @Nullable Counter shrinks;
  private long shrunkAt;
  private boolean paused;

  private record Watched(
      ResourceMonitor monitor,
      @Nullable HeapPressure heap,
      Gauge pressure,
      @Nullable Counter failures) {}

  private record Done(OverloadAction action, Gauge active, Gauge scale) {}

  /** {@code pauseAccepting} has listeners accept nothing, or again. */
  public Overload(
      OverloadConfig config,
      Worker main,
      StatStore stats,
      OverloadState state,
      Consumer<Boolean> pauseAccepting) {
    this.config = config;
    this.main = main;
    this.state = state;
    this.pauseAccepting = pauseAccepting;
    for (ResourceMonitor monitor : config.monitors()) {
      String prefix = "overload." + monitor.name() + ".";
      Counter failures = stats.counter(prefix + "failed_updates");
      if (!(monitor instanceof ResourceMonitor.DownstreamConnections)) {
        stats.counter(prefix + "skipped_updates");
      }
      Gauge pressure = stats.gauge(prefix + "pressure");
      pressure.set(0, 0);
      watched.add(
          new Watched(
              monitor,
              monitor instanceof ResourceMonitor.FixedHeap heap
                  ? new HeapPressure(heap.maxBytes())
                  : null,
              pressure,
              failures));
    }
    Counter shrinkCount = null;
    for (OverloadAction action : config.actions()) {
      String prefix = "overload." + action.name() + ".";
      Done each =
          new Done(action, stats.gauge(prefix + "active"), stats.gauge(prefix + "scale_percent"));
      each.active.set(0, 0);
      each.scale.set(0, 0);
      done.add(each);
      if (action.kind() == OverloadAction.Kind.SHRINK_HEAP) {
        shrinkCount = stats.counter(prefix + "shrink_count");
      }
    }
    shrinks = shrinkCount;
  }

  /** Begins its rounds. */
  public void start() {
    main.loop()
        .scheduleWithFixedDelay(
            this::round, config.refreshMillis(), config.refreshMillis(), TimeUnit.MILLISECONDS);
  }

  private void round() {
    for (Watched each : watched) {
      try {
        double pressure = read(each);
        pressures.put(each.monitor.name(), pressure);
        each.pressure.set(0, (long) (pressure * 100));
      } catch (IOException | NumberFormatException e) {
        if (each.failures != null) {
          each.failures.inc(0);
        }
        Log.MAIN.debug("overload monitor " + each.monitor.name() + ": " + e);
      }
    }
    for (Done each : done) {
      set(each, share(each.action.triggers()));
    }
    for (ShedPoint point : state.points()) {
      if (point != null) {
        point.share(share(point.config.triggers()));
      }
    }
  }

  private double share(List<OverloadAction.Trigger> triggers) {
    double share = 0;
    for (OverloadAction.Trigger trigger : triggers) {
      share = Math.max(share, trigger.share(pressures.getOrDefault(trigger.monitor(), 0.0)));
    }
    return share;
  }

  private static double read(Watched each) throws IOException {
    if (each.heap != null) {
      return each.heap.read();
    }
    if (each.monitor instanceof ResourceMonitor.Injected injected) {
      double pressure = Double.parseDouble(Files.readString(Path.of(injected.filename())).strip());
      if (!(pressure >= 0 && pressure <= 1)) {
        throw new IOException("pressure " + pressure + "; 0 to 1 is allowed");
      }
      return pressure;
    }
    return 0; // a limit on connections is kept where they are accepted
  }

  private void set(Done each, double share) {
    boolean before = each.active.value() == 1;
    boolean now = share >= 1;
    if (before != now) {
      Log.MAIN.warning(
          "overload: " + each.action.name() + (now ? " begins" : share > 0 ? " eases" : " ends"));
    }
    each.active.set(0, now ? 1 : 0);
    each.scale.set(0, (long) (share * 100));
    OverloadAction.Kind kind = each.action.kind();
    if (kind == OverloadAction.Kind.STOP_ACCEPTING_REQUESTS) {
      state.requests(share);
    } else if (kind == OverloadAction.Kind.DISABLE_HTTP_KEEPALIVE) {
      state.keepAlive(share);
    } else if (kind == OverloadAction.Kind.REJECT_INCOMING_CONNECTIONS) {
      state.connections(share);
    } else if (kind == OverloadAction.Kind.STOP_ACCEPTING_CONNECTIONS && paused != now) {
      paused = now;
      pauseAccepting.accept(now);
    } else if (kind == OverloadAction.Kind.SHRINK_HEAP && now) {
      shrink();
    }
  }

  private void shrink() {
    long now = main.nanos();
    if (shrinks != null && (shrunkAt == 0 || now - shrunkAt >= SHRINK_NANOS)) {
      shrunkAt = now;
      shrinks.inc(0);
      System.gc(); // what is free then goes back to the system
    }
  }
}
