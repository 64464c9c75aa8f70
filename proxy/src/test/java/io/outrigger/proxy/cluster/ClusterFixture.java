package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.proxy.dns.DnsResolver;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.proxy.worker.Workers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Real workers with a registry of clusters. */
final class ClusterFixture implements AutoCloseable {
  final Workers workers;
  final StatStore store;
  final ClusterRegistry registry;
  final Map<String, ClusterConfig> configs = new LinkedHashMap<>();
  final Map<String, ClusterEndpoints> endpoints = new LinkedHashMap<>();

  ClusterFixture(int concurrency, DnsResolver resolver) {
    workers = new Workers(Transport.best(), concurrency);
    store = new StatStore(concurrency);
    registry = new ClusterRegistry(workers, store, resolver);
  }

  ClusterFixture() {
    this(1, (name, answer) -> answer.onFailure("no DNS in this test"));
  }

  Worker worker() {
    return workers.traffic().getFirst();
  }

  /** Puts a cluster in force. */
  void put(ClusterConfig config) throws Exception {
    configs.put(config.name(), config);
    apply();
  }

  void apply() throws Exception {
    Snapshot snapshot =
        new Snapshot(
            1,
            Map.copyOf(configs),
            Map.copyOf(endpoints),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of());
    workers.main().loop().submit(() -> registry.apply(snapshot)).get(20, TimeUnit.SECONDS);
  }

  TestClient send(String cluster, String path) {
    return TestClient.send(registry, worker(), cluster, path);
  }

  long counter(String name) {
    return store.counter(name).value();
  }

  long gauge(String name) {
    return store.gauge(name).value();
  }

  /** Waits until something holds, thirty seconds at most. */
  static void until(BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come to hold within thirty seconds");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Override
  public void close() {
    workers.main().loop().submit(registry::close).awaitUninterruptibly(20, TimeUnit.SECONDS);
    workers.close();
  }
}
