package io.outrigger.proxy.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SeriesCapTest {
  @Test
  void moreSeriesThanTheLimitAreCountedAndNotKept() {
    StatStore store = new StatStore(1);
    IstioMetrics metrics = new IstioMetrics(store, Node.getDefaultInstance());
    metrics.start();
    for (int i = 0; i < IstioMetrics.MAX_SERIES; i++) {
      assertThat(metrics.admits(tags(i), 1)).isTrue();
    }
    assertThat(metrics.admits(tags(IstioMetrics.MAX_SERIES), 1)).isFalse();
    assertThat(metrics.admits(tags(7), 1)).isTrue();
    assertThat(store.counter("istio.series_overflow").value()).isEqualTo(1);
  }

  private static List<Tag> tags(int i) {
    return List.of(new Tag("destination_service", "s" + i));
  }
}
