package io.outrigger.proxy.snapshot;

import com.google.protobuf.Empty;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.tls.Secret;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.Rejection;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.ResourceUpdate;
import io.outrigger.xds.VersionedResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of resources as they come: compiled, kept or refused, counted, forgotten when their
 * time is over. What is kept has no effect before it is linked. On the configuration loop.
 */
final class Receipt {
  private final Worker main;
  private final ConfigStats stats;
  private final ResourceCompilers compilers;
  private final Waiting waiting;
  private final Demands demands;
  private final Leases leases;

  /** Endpoints that hold for a time only, as their endpoint_stale_after says. */
  private final Leases assignments;

  private final Runnable changed;
  private final Runnable runtimeChanged;
  private final ReceivedConfig received = new ReceivedConfig();
  private final Set<String> ownSecrets = new HashSet<>();
  private Map<String, Set<String>> extensionTypes = Map.of();
  private boolean rejectUnknown;
  private boolean fed;

  /**
   * Makes an empty one.
   *
   * @param changed run when something went by itself
   * @param runtimeChanged run when a layer of the runtime came or went
   */
  Receipt(
      Worker main,
      ConfigStats stats,
      ResourceCompilers compilers,
      Waiting waiting,
      Demands demands,
      Runnable changed,
      Runnable runtimeChanged) {
    this.main = main;
    this.stats = stats;
    this.compilers = compilers;
    this.waiting = waiting;
    this.demands = demands;
    this.changed = changed;
    this.runtimeChanged = runtimeChanged;
    this.leases = new Leases(main.loop(), this::expired);
    this.assignments = new Leases(main.loop(), this::stale);
  }

  ReceivedConfig received() {
    return received;
  }

  /** Names of secrets that this process made or was given itself. */
  Set<String> ownSecrets() {
    return ownSecrets;
  }

  /** Whether a control plane has answered, or what it answered once was restored. */
  boolean isFed() {
    return fed;
  }

  void rejectUnknownFields() {
    rejectUnknown = true;
  }

  /** Which types filters' configurations may have that come by themselves, by their names. */
  void extensionTypes(Map<String, Set<String>> types) {
    extensionTypes = types;
  }

  /** Takes the bootstrap's resources. */
  void takeStatic(
      List<ClusterConfig> clusters, List<ListenerConfig> staticListeners, List<Secret> secrets) {
    long now = main.epochMillis();
    for (ClusterConfig cluster : clusters) {
      received.clusters().put(new Held<>(cluster.name(), cluster, cluster.proto(), "", false, now));
    }
    for (ListenerConfig listener : staticListeners) {
      received
          .listeners()
          .put(new Held<>(listener.name(), listener, listener.proto(), "", false, now));
    }
    for (Secret secret : secrets) {
      put(secret);
    }
  }

  /**
   * Takes a response; what of it is refused. What goes, goes first: its key may be another's now.
   */
  List<Rejection> take(ResourceUpdate update, ConfigSource origin) {
    fed = true;
    HeldResources<?> held = held(update.type(), origin);
    long changesBefore = held.changes();
    List<Rejection> rejections = new ArrayList<>(update.refused());
    for (String name : update.removed()) {
      remove(new Reference.Key(update.type(), name, origin));
    }
    for (VersionedResource resource : update.resources()) {
      String problem = take(update.type(), resource, origin);
      if (problem != null) {
        rejections.add(new Rejection(resource.name(), problem));
      }
    }
    leases.take(update, origin);
    if (update.type() == ResourceType.VHDS) {
      demands.removed(ResourceType.VHDS, update.removed(), origin);
      demands.answered(ResourceType.VHDS, update.mentioned(), origin);
    }
    held.version(update.version());
    count(update, rejections, origin, held.changes() != changesBefore);
    waiting.arrived(new Reference.Key(update.type(), "*", origin));
    return rejections;
  }

  @SuppressWarnings("ReferenceEquality") // a record that didn't change is the same object
  private @Nullable String take(
      ResourceType type, VersionedResource resource, ConfigSource origin) {
    Intake<?, ?> intake = Intake.of(type, origin, received, compilers, extensionTypes);
    Held<?> before = intake.resources().get(resource.name());
    String problem = intake.take(resource, rejectUnknown, main.epochMillis());
    ConfigStats.Subscription counters =
        ConfigStats.BY_NAME.contains(type) ? stats.of(type, resource.name(), origin) : null;
    if (problem == null) {
      if (counters != null) {
        stats.taken(counters, resource.version(), main.epochMillis());
        if (before != intake.resources().get(resource.name())) {
          stats.changed(counters, main.epochMillis());
        }
      }
      waiting.arrived(new Reference.Key(type, resource.name(), origin));
      if (type == ResourceType.RTDS) {
        runtimeChanged.run();
      } else if (type == ResourceType.EDS) {
        assigned(resource.name(), origin);
      }
    } else {
      Log.CONFIG.warning(type.messageName() + " " + resource.name() + " rejected: " + problem);
      if (counters != null) {
        stats.rejected(counters);
      }
    }
    return problem;
  }

  /**
   * Takes a removal. Route tables, endpoints and secrets stay for as long as something names them,
   * as in Envoy; what the bootstrap brought can't be removed. A layer of the runtime is empty then,
   * and a filter without configuration.
   */
  private void remove(Reference.Key key) {
    ResourceType type = key.type();
    String name = key.name();
    HeldResources<?> resources = held(type, key.origin());
    Held<?> held = resources.get(name);
    boolean alone =
        type == ResourceType.RTDS || type == ResourceType.ECDS || type == ResourceType.VHDS;
    if (alone && resources.remove(name)) {
      waiting.stop(key);
      if (type == ResourceType.RTDS) {
        runtimeChanged.run();
      }
    } else if (type.fullSet() && held != null && held.dynamic() && resources.remove(name)) {
      Log.CONFIG.info(type + ": removed " + name);
    }
  }

  /** A resource's time is over, and nothing was heard of it: it goes as if it were removed. */
  private void expired(Reference.Key key) {
    Log.CONFIG.warning(key.type() + " " + key.name() + ": its ttl is over");
    String subscribed = ConfigStats.BY_NAME.contains(key.type()) ? key.name() : "*";
    stats.of(key.type(), subscribed, key.origin()).versionText().set("");
    remove(key);
    changed.run();
  }

  private void assigned(String name, ConfigSource origin) {
    Reference.Key key = new Reference.Key(ResourceType.EDS, name, origin);
    ClusterEndpoints endpoints = received.endpoints().of(origin).value(name);
    if (endpoints == null || endpoints.endpointStaleAfterMillis() == 0) {
      assignments.end(key);
      return;
    }
    stats.assignmentTimeoutReceived(name, origin);
    assignments.begin(key, Duration.ofMillis(endpoints.endpointStaleAfterMillis()));
  }

  /** Endpoints have not come again in their time: whether they are still there, nobody knows. */
  private void stale(Reference.Key key) {
    HeldResources<ClusterEndpoints> resources = received.endpoints().of(key.origin());
    Held<ClusterEndpoints> held = resources.get(key.name());
    if (held == null) {
      return; // nothing names it any more
    }
    Log.CONFIG.warning(
        "EDS " + key.name() + ": its endpoint_stale_after is over; no endpoint is used any more");
    stats.assignmentStale(key.name(), key.origin());
    ClusterEndpoints none = ClusterEndpoints.stale(key.name());
    resources.put(
        new Held<>(
            key.name(), none, none.proto(), held.version(), held.dynamic(), main.epochMillis()));
    changed.run();
  }

  private void count(
      ResourceUpdate update, List<Rejection> rejections, ConfigSource origin, boolean changed) {
    if (ConfigStats.BY_NAME.contains(update.type())) {
      return;
    }
    ConfigStats.Subscription counters = stats.of(update.type(), "*", origin);
    if (rejections.isEmpty()) {
      stats.taken(counters, update.version(), main.epochMillis());
      if (changed) {
        stats.changed(counters, main.epochMillis());
      }
    } else {
      counters.rejected().inc(0);
    }
  }

  /** Takes a secret that this process made or was given itself; ADS is not asked for it. */
  void putSecret(Secret secret) {
    ownSecrets.add(secret.name());
    put(secret);
    waiting.arrived(new Reference.Key(ResourceType.SDS, secret.name(), ConfigSource.aggregated()));
  }

  /** Whether SDS brought this secret. */
  boolean isDynamic(Secret secret) {
    Held<Secret> held = received.secrets().get(secret.name());
    return held != null && held.dynamic() && !ownSecrets.contains(secret.name());
  }

  /** Puts a secret in force anew: a file that it names is another now. */
  void readAgain(String name) {
    Held<Secret> held = received.secrets().get(name);
    if (held == null) {
      return;
    }
    Log.CONFIG.info("secret " + name + ": its files changed");
    received
        .secrets()
        .put(
            new Held<>(
                name,
                held.value().copy(),
                held.proto(),
                held.version(),
                held.dynamic(),
                main.epochMillis()));
  }

  private void put(Secret secret) {
    boolean dynamic = ownSecrets.contains(secret.name());
    received
        .secrets()
        .put(
            new Held<>(
                secret.name(),
                secret,
                Empty.getDefaultInstance(),
                "",
                dynamic,
                main.epochMillis()));
  }

  /** Takes what was stored by an earlier process; the versions of what was taken, by name. */
  Map<String, String> restore(ResourceType type, List<VersionedResource> resources) {
    Map<String, String> taken = new HashMap<>();
    for (VersionedResource resource : resources) {
      if (take(type, resource, ConfigSource.aggregated()) == null) {
        taken.put(resource.name(), resource.version());
      }
    }
    HeldResources<?> held = held(type, ConfigSource.aggregated());
    held.version(held.version());
    fed = true;
    return taken;
  }

  /** Resources of a type from there. */
  HeldResources<?> held(ResourceType type, ConfigSource origin) {
    return Intake.of(type, origin, received, compilers, extensionTypes).resources();
  }
}
