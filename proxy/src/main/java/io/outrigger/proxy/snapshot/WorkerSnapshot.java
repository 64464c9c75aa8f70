package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.OnDemandClusters;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One worker's snapshot: a mailbox that keeps only the latest, and the consumers that follow it.
 */
public final class WorkerSnapshot implements SnapshotReader {
  private final Worker worker;
  private final List<SnapshotConsumer> consumers = new ArrayList<>();
  private final AtomicReference<@Nullable Snapshot> mailbox = new AtomicReference<>();
  private Snapshot current = Snapshot.EMPTY;
  private @Nullable Configuration demands;

  public WorkerSnapshot(Worker worker) {
    this.worker = worker;
  }

  /** Adds who follows, in the order in which they hear of a change; before the first snapshot. */
  public void add(SnapshotConsumer consumer) {
    consumers.add(consumer);
  }

  @Override
  public Snapshot current() {
    return current;
  }

  /** {@code asked} takes what requests of this worker ask for. */
  void demands(Configuration asked) {
    demands = asked;
  }

  @Override
  public Runnable demand(Reference.Key what, Runnable answered) {
    Configuration asked = demands;
    Runnable here = () -> worker.loop().execute(answered);
    if (asked == null) {
      return () -> {};
    }
    asked.demand(what, here);
    return () -> asked.withdraw(what, here);
  }

  @Override
  public Runnable demandCluster(
      String name, OnDemandClusters from, Consumer<ClusterAnswer> answered) {
    Configuration asked = demands;
    Consumer<ClusterAnswer> here = answer -> worker.loop().execute(() -> answered.accept(answer));
    if (asked == null) {
      return () -> {};
    }
    asked.demandCluster(name, from, here);
    return () -> asked.withdrawCluster(name, from, here);
  }

  /** Has the worker apply a snapshot, instead of one that it hasn't come to yet. Any thread. */
  public void deliver(Snapshot snapshot) {
    if (mailbox.getAndSet(snapshot) == null) {
      worker.loop().execute(this::apply);
    }
  }

  /** Runs {@code action} on the worker once it serves by what was delivered. Any thread. */
  void afterDelivery(Runnable action) {
    worker.loop().execute(action);
  }

  private void apply() {
    Snapshot next = mailbox.getAndSet(null);
    if (next == null) {
      return;
    }
    Snapshot before = current;
    current = next;
    for (SnapshotConsumer consumer : consumers) {
      consumer.apply(before, next);
    }
  }
}
