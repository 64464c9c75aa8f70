package io.outrigger.proxy.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.cluster.OutlierDetection;
import io.outrigger.proxy.stats.StatStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OutlierDetectorTest {
  private final List<String> hosts = new ArrayList<>(List.of("a", "b", "c", "d", "e"));
  private final Map<String, HostResults> results = new HashMap<>();
  private final Set<String> ejected = new TreeSet<>();
  private final StatStore store = new StatStore(1);
  private final List<String> events = new ArrayList<>();
  private long now;

  private static OutlierDetection config(int maxPercent, boolean split, boolean one) {
    return new OutlierDetection(
        3,
        10_000,
        30_000,
        300_000,
        0,
        maxPercent,
        100,
        100,
        5,
        100,
        1900,
        2,
        0,
        split,
        4,
        100,
        100,
        85,
        100,
        0,
        5,
        50,
        true,
        one);
  }

  private OutlierDetector<String> detector(OutlierDetection config) {
    return new OutlierDetector<>(
        config,
        new OutlierDetector.Watched<>() {
          @Override
          public List<String> hosts() {
            return hosts;
          }

          @Override
          public HostResults results(String host) {
            return of(host);
          }

          @Override
          public String name(String host) {
            return host + ":80";
          }

          @Override
          public void eject(String host, boolean out) {
            if (out) {
              ejected.add(host);
            } else {
              ejected.remove(host);
            }
          }
        },
        Runnable::run,
        () -> now,
        bound -> 0,
        store,
        "cluster.c.",
        new OutlierEvents("c", events::add, () -> 0));
  }

  private HostResults of(String host) {
    return results.computeIfAbsent(host, h -> new HostResults());
  }

  private void status(OutlierDetector<String> detector, String host, int... statuses) {
    for (int status : statuses) {
      detector.onStatus(host, of(host), status);
    }
  }

  private long stat(String name) {
    return store.counter("cluster.c.outlier_detection." + name).value();
  }

  @Test
  void consecutiveFailuresEject() {
    OutlierDetector<String> detector = detector(config(50, false, false));
    status(detector, "a", 500, 500, 200, 500, 500);
    assertThat(ejected).isEmpty();
    status(detector, "a", 500);
    assertThat(ejected).containsExactly("a");
    assertThat(stat("ejections_enforced_consecutive_5xx")).isEqualTo(1);
    assertThat(store.gauge("cluster.c.outlier_detection.ejections_active").value()).isEqualTo(1);
  }

  @Test
  void gatewayFailuresAreDetectedButNotEnforcedAtZeroPercent() {
    OutlierDetector<String> detector = detector(config(50, false, false));
    status(detector, "a", 503, 503);
    assertThat(ejected).isEmpty();
    assertThat(stat("ejections_detected_consecutive_gateway_failure")).isEqualTo(1);
    assertThat(stat("ejections_enforced_consecutive_gateway_failure")).isZero();
  }

  @Test
  void noMoreThanTheShareIsEjected() {
    OutlierDetector<String> detector = detector(config(40, false, false));
    for (String host : hosts) {
      status(detector, host, 500, 500, 500);
    }
    assertThat(ejected).containsExactly("a", "b");
    assertThat(stat("ejections_overflow")).isEqualTo(3);
  }

  @Test
  void theDefaultShareEjectsNoneOfAFewUnlessOneIsAlwaysAllowed() {
    status(detector(config(10, false, false)), "a", 500, 500, 500);
    assertThat(ejected).isEmpty();
    results.clear();
    OutlierDetector<String> one = detector(config(10, false, true));
    status(one, "a", 500, 500, 500);
    status(one, "b", 500, 500, 500);
    assertThat(ejected).containsExactly("a");
  }

  @Test
  void ejectionsEndAndGetLonger() {
    OutlierDetector<String> detector = detector(config(50, false, false));
    status(detector, "a", 500, 500, 500);
    now = 29_999;
    detector.tick();
    assertThat(ejected).containsExactly("a");
    now = 30_000;
    detector.tick();
    assertThat(ejected).isEmpty();
    status(detector, "a", 500, 500, 500);
    assertThat(ejected).containsExactly("a");
    now += 30_000;
    detector.tick();
    assertThat(ejected).containsExactly("a"); // the second time is twice as long
    now += 30_000;
    detector.tick();
    assertThat(ejected).isEmpty();
    detector.tick(); // well-behaved intervals shorten what comes
    detector.tick();
    status(detector, "a", 500, 500, 500);
    now += 30_000;
    detector.tick();
    assertThat(ejected).isEmpty();
  }

  @Test
  void localFailuresCountAs503UnlessSplit() {
    OutlierDetector<String> joint = detector(config(50, false, false));
    for (int i = 0; i < 3; i++) {
      joint.onLocalOriginFailure("a", of("a"));
    }
    assertThat(ejected).containsExactly("a");
    OutlierDetector<String> split = detector(config(50, true, false));
    for (int i = 0; i < 3; i++) {
      split.onLocalOriginFailure("b", of("b"));
    }
    assertThat(ejected).containsExactly("a");
    split.onLocalOriginFailure("b", of("b"));
    assertThat(ejected).containsExactly("a", "b");
  }

  @Test
  void anOutlierBySuccessRate() {
    OutlierDetector<String> detector = detector(config(50, false, false));
    for (String host : hosts) {
      for (int i = 0; i < 100; i++) {
        boolean fails = host.equals("e") && i % 2 == 0;
        status(detector, host, fails ? 500 : 200);
      }
    }
    detector.tick();
    assertThat(ejected).containsExactly("e");
    assertThat(of("e").successRate()).isEqualTo(50);
    assertThat(stat("ejections_enforced_success_rate")).isEqualTo(1);
  }

  @Test
  void aHostThatLeftIsNotEjected() {
    OutlierDetector<String> detector = detector(config(50, false, false));
    hosts.remove("a");
    status(detector, "a", 500, 500, 500);
    assertThat(ejected).isEmpty();
  }

  @Test
  void splitLocalOriginFailuresHaveASuccessRateOfTheirOwn() {
    OutlierDetector<String> detector = detector(config(50, true, false));
    for (String host : hosts) {
      for (int i = 0; i < 100; i++) {
        status(detector, host, 200);
        if (host.equals("a") && i % 2 == 0) {
          detector.onTimeout(host, of(host));
        } else {
          detector.onLocalOriginSuccess(of(host));
        }
      }
    }
    detector.tick();
    assertThat(ejected).containsExactly("a");
    assertThat(stat("ejections_enforced_local_origin_success_rate")).isEqualTo(1);
    assertThat(of("a").successRate()).isEqualTo(100);
    assertThat(of("a").localOriginSuccessRate()).isEqualTo(50);
  }

  @Test
  void ejectionsAndTheirEndAreEvents() {
    OutlierDetector<String> detector = detector(config(50, false, false));
    status(detector, "a", 500, 500, 500);
    now = 31_000;
    detector.tick();
    String common = ",\"cluster_name\":\"c\",\"upstream_url\":\"a:80\",\"action\":";
    assertThat(events)
        .containsExactly(
            "{\"type\":\"CONSECUTIVE_5XX\",\"timestamp\":\"1970-01-01T00:00:00.000Z\""
                + common
                + "\"EJECT\",\"num_ejections\":1,\"enforced\":true,"
                + "\"eject_consecutive_event\":{}}",
            "{\"type\":\"CONSECUTIVE_5XX\",\"timestamp\":\"1970-01-01T00:00:00.000Z\","
                + "\"secs_since_last_action\":\"31\""
                + common
                + "\"UNEJECT\",\"num_ejections\":1,\"enforced\":false}");
  }
}
