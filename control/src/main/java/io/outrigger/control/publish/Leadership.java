package io.outrigger.control.publish;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Whether this process holds a Lease; it asks again whenever it has lost it. */
final class Leadership implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("kubernetes");
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final String identity;
  private final Runnable changed;
  private @Nullable CompletableFuture<?> election;
  private volatile boolean leads;
  private volatile boolean closed;

  /**
   * @param identity tells this process from its like
   * @param changed called when it has become the holder
   */
  Leadership(
      KubernetesClient client, String namespace, String name, String identity, Runnable changed) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.identity = identity;
    this.changed = changed;
  }

  /** Returns at once. */
  synchronized void start() {
    if (closed) {
      return;
    }
    LeaderElector elector =
        client
            .leaderElector()
            .withConfig(
                new LeaderElectionConfigBuilder()
                    .withName(name)
                    .withLock(
                        new LeaseLock(
                            new ObjectMetaBuilder()
                                .withNamespace(namespace)
                                .withName(name)
                                .addToLabels("app.kubernetes.io/managed-by", "outrigger")
                                .build(),
                            identity))
                    .withLeaseDuration(LEASE)
                    .withRenewDeadline(RENEW)
                    .withRetryPeriod(RETRY)
                    .withReleaseOnCancel(true)
                    .withLeaderCallbacks(new LeaderCallbacks(this::won, this::lost, holder -> {}))
                    .build())
            .build();
    CompletableFuture<?> running = elector.start();
    election = running;
    running.whenComplete((done, error) -> start());
  }

  private void won() {
    leads = true;
    LOG.log(System.Logger.Level.INFO, () -> "holds Lease " + namespace + "/" + name);
    changed.run();
  }

  private void lost() {
    leads = false;
    LOG.log(System.Logger.Level.INFO, () -> "has lost Lease " + namespace + "/" + name);
  }

  boolean leads() {
    return leads;
  }

  /** Gives the Lease back, for another to take at once. */
  @Override
  public void close() {
    CompletableFuture<?> running;
    synchronized (this) {
      closed = true;
      running = election;
    }
    if (running != null) {
      running.cancel(true);
    }
  }
}
