package io.outrigger.proxy.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.ConfigCompilers;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.ResourceUpdate;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An update is answered when the workers serve by it. */
class InForceTest {
  private final Worker main = new Worker(0, new DefaultEventLoop());
  private final Worker quick = new Worker(1, new DefaultEventLoop());
  private final Worker busy = new Worker(2, new DefaultEventLoop());
  private final Configuration configuration =
      new Configuration(
          main,
          new StatStore(3),
          new ConfigCompilers(),
          List.of(new WorkerSnapshot(quick), new WorkerSnapshot(busy)));
  private final CountDownLatch free = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);

  @AfterEach
  void close() {
    free.countDown();
    List.of(main, quick, busy)
        .forEach(worker -> worker.loop().shutdownGracefully(0, 1, TimeUnit.SECONDS));
  }

  private void take() throws Exception {
    var _ =
        main.loop()
            .submit(
                () -> {
                  configuration.take(
                      new ResourceUpdate(
                          ResourceType.CDS, "1", "n", List.of(), List.of(), List.of(), 1),
                      ConfigSource.aggregated());
                  configuration.whenInForce(answered::countDown);
                })
            .get();
  }

  private void occupy() {
    busy.loop()
        .execute(
            () -> {
              try {
                var _ = free.await(10, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Test
  void theSlowestWorkerDecides() throws Exception {
    occupy();
    take();
    // the turn that linked is over, and so is the quick worker's
    main.loop().submit(() -> null).get();
    quick.loop().submit(() -> null).get();
    main.loop().submit(() -> null).get();
    assertThat(answered.getCount()).isEqualTo(1);
    free.countDown();
    assertThat(answered.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aWorkerThatIsStuckHoldsNothingUpForLong() throws Exception {
    occupy();
    take();
    assertThat(answered.await(InForce.AT_MOST_MILLIS * 5, TimeUnit.MILLISECONDS)).isTrue();
    assertThat(free.getCount()).isEqualTo(1);
  }
}
