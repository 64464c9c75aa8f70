package io.outrigger.proxy.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.OnDemandClusters;
import io.outrigger.xds.ResourceType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterDemandsTest {
  private static final OnDemandClusters LONG =
      new OnDemandClusters(new ConfigSource.Ads(7), 60_000);
  private static final OnDemandClusters SHORT = new OnDemandClusters(new ConfigSource.Ads(7), 20);

  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final ClusterDemands demands = new ClusterDemands(loop, this::published);

  @AfterEach
  void stop() {
    loop.shutdownNow();
  }

  @Test
  void theServerIsAskedOnceForAllWhoWait() {
    assertThat(add("c", LONG, "one")).isTrue();
    assertThat(add("c", LONG, "two")).isFalse();
    assertThat(add("d", LONG, "three")).isTrue();
    demands.missing(List.of("c", "other"), ConfigSource.aggregated());
    assertThat(told).containsExactly("one MISSING", "two MISSING");
    // what the server lacked once may be asked for again
    assertThat(add("c", LONG, "four")).isTrue();
  }

  @Test
  void whoComesLaterWaitsNoLongerThanTheFirst() throws InterruptedException {
    add("c", SHORT, "one");
    add("c", LONG, "two");
    assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("one LATE");
    assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("two LATE");
  }

  @Test
  void whoHasGoneIsNotTold() {
    Consumer<ClusterAnswer> gone = answer -> told.add("gone");
    Reference.Key key = ClusterDemands.key("c", LONG);
    demands.add(key, LONG, gone);
    add("c", LONG, "one");
    demands.withdraw(key, gone);
    demands.missing(Set.of("c"), ConfigSource.aggregated());
    assertThat(told).containsExactly("one MISSING");
  }

  @Test
  void aSourceOfItsOwnIsOpenedOnceAndCountedByItself() {
    OnDemandClusters own =
        new OnDemandClusters(new ConfigSource.Grpc(List.of(), true, 15_000), 1_000);
    assertThat(demands.opens(LONG)).isFalse(); // the aggregated stream is there
    assertThat(demands.opens(own)).isTrue();
    assertThat(demands.opens(own)).isFalse();
    assertThat(demands.sources())
        .containsExactly(
            new Reference(ResourceType.CDS, "", own.source(), "cluster_manager.odcds."));
  }

  private boolean add(String cluster, OnDemandClusters from, String who) {
    return demands.add(
        ClusterDemands.key(cluster, from), from, answer -> told.add(who + " " + answer));
  }

  private void published() {
    demands.published(Snapshot.EMPTY, Runnable::run);
  }
}
