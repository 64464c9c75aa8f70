package io.outrigger.control.consul;

import io.outrigger.api.yaml.Node;
import io.outrigger.control.debug.PrometheusText;
import io.outrigger.control.resource.Tree;
import io.outrigger.control.source.ObjectFeed;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.source.Sink;
import io.outrigger.identity.RotationClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches the services of a Consul datacenter, and the resources in its key-value store.
 *
 * <p>While the agent is away, what was seen last stays, and is said to be stale. The queries'
 * threads call in, one at a time; the feed's hands on.
 */
public final class ConsulSource implements AutoCloseable {
  private static final int HELD = 128;
  private static final int HELD_BESIDE = 8;
  private static final Duration SWEEP = Duration.ofSeconds(30);
  private static final String CATALOG = "services";

  private final ConsulAddress address;
  private final ConsulClient client;
  private final ObjectFeed feed;
  private final Troubles troubles;
  private final RotationClock rotation = new RotationClock(new SecureRandom());
  private final Turns turns = new Turns(HELD, SWEEP);
  private final Turns beside = new Turns(HELD_BESIDE, SWEEP);
  private final Map<String, Watch> watches = new TreeMap<>();
  private final Map<String, Watch> services = new HashMap<>();
  private final Map<String, List<Instance>> instances = new HashMap<>();
  private Map<String, String> protocols = Map.of();
  private Set<String> keys = Set.of();

  public ConsulSource(ConsulAddress address, Sink sink) {
    this.address = address;
    this.client = new ConsulClient(address);
    this.feed = new ObjectFeed("consul", sink);
    this.troubles = new Troubles("consul " + address.agent(), InstantSource.system());
  }

  /** Reads everything once, however long the agent takes to answer, then goes on to watch. */
  public void start() throws InterruptedException {
    synchronized (this) {
      watch("protocols", "/v1/config/service-defaults", this::protocols);
      watch(CATALOG, "/v1/catalog/services", this::catalog);
      String prefix = address.keyPrefix();
      if (prefix != null) {
        watch("keys", "/v1/kv/" + path(prefix) + "?recurse=true", this::keys);
      }
    }
    feed.start(this::complete);
  }

  public String address() {
    return address.agent().toString();
  }

  /** What is watched, and what goes wrong with it; empty for nothing. */
  public Map<String, String> state() {
    Set<String> names;
    synchronized (this) {
      names = new TreeSet<>(watches.keySet());
      services.keySet().forEach(name -> names.add(ServiceDocuments.named(name)));
    }
    return troubles.of(names);
  }

  /** Appends what it has to say in Prometheus' text form. */
  public void print(StringBuilder out) {
    int known;
    synchronized (this) {
      known = services.size();
    }
    PrometheusText.gauge(out, "outrigger_consul_stale_seconds", troubles.staleSeconds());
    PrometheusText.gauge(out, "outrigger_consul_services", known);
  }

  private static String path(String prefix) {
    List<String> parts = new ArrayList<>();
    for (String part : prefix.split("/", -1)) {
      parts.add(ConsulClient.encode(part));
    }
    return String.join("/", parts);
  }

  private void watch(String what, String path, Watch.Taker taker) {
    watches.put(what, new Watch(client, troubles, rotation, beside, what, path, taker).start());
  }

  private synchronized boolean complete() {
    return watches.values().stream().allMatch(Watch::hasSeen)
        && services.values().stream().allMatch(Watch::hasSeen);
  }

  private synchronized void protocols(Node answer) {
    Map<String, String> found = new HashMap<>();
    for (Node.Mapping entry : Tree.mappings(answer)) {
      String name = Tree.text(entry, "Name");
      String protocol = Tree.text(entry, "Protocol");
      if (name != null && protocol != null && !protocol.isEmpty()) {
        found.put(name, protocol);
      }
    }
    protocols = found;
    instances.keySet().forEach(this::see);
  }

  private synchronized void catalog(Node answer) {
    turns.changed();
    Set<String> named = new TreeSet<>();
    if (answer instanceof Node.Mapping mapping) {
      mapping.entries().forEach(entry -> named.add(entry.key()));
    }
    named.remove("consul"); // the servers themselves
    for (String gone : List.copyOf(services.keySet())) {
      Watch watch = named.contains(gone) ? null : services.remove(gone);
      if (watch != null) {
        watch.stop();
        instances.remove(gone);
        feed.seen(ServiceDocuments.named(gone), ParsedFile.absent());
      }
    }
    for (String name : named) {
      if (!services.containsKey(name)) {
        services.put(name, serviceWatch(name).start());
      }
    }
    if (services.size() > HELD && !watches.containsKey("checks")) {
      // what isn't waited for by itself must hear of checks that fail
      watch("checks", "/v1/health/state/critical", body -> turns.changed());
    }
  }

  private Watch serviceWatch(String name) {
    Watch[] self = new Watch[1];
    self[0] =
        new Watch(
            client,
            troubles,
            rotation,
            turns,
            ServiceDocuments.named(name),
            "/v1/health/service/" + ConsulClient.encode(name),
            body -> service(name, self[0], body));
    return self[0];
  }

  private synchronized void service(String name, @Nullable Watch from, Node answer) {
    if (services.get(name) == from) {
      instances.put(name, Instance.read(answer));
      see(name);
    }
  }

  private void see(String name) {
    List<Instance> found = instances.getOrDefault(name, List.of());
    var read = new ServiceDocuments(name).read(found, protocols.get(name));
    feed.seen(
        ServiceDocuments.named(name),
        read.isEmpty() ? ParsedFile.absent() : ParsedFile.of("seen", read));
  }

  private synchronized void keys(Node answer) {
    Set<String> found = new TreeSet<>();
    for (Node.Mapping entry : Tree.mappings(answer)) {
      String key = Tree.text(entry, "Key");
      String value = Tree.text(entry, "Value");
      if (key == null || key.endsWith("/")) {
        continue;
      }
      String name = "consul key " + key;
      found.add(name);
      byte[] content = value == null ? new byte[0] : Base64.getDecoder().decode(value);
      feed.seen(name, ParsedFile.parse(name, content));
    }
    for (String before : keys) {
      if (!found.contains(before)) {
        feed.seen(before, ParsedFile.absent());
      }
    }
    keys = found;
  }

  @Override
  public void close() {
    List<Watch> all;
    synchronized (this) {
      all = new ArrayList<>(watches.values());
      all.addAll(services.values());
    }
    all.forEach(Watch::stop);
    client.close();
    feed.close();
  }
}
