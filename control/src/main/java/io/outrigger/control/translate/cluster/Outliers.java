package io.outrigger.control.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.type.v3.Percent;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.translate.Values;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's outlier detection; by success rate never, as in Istio. Where nothing is said, hosts
 * that can't be reached or are unavailable are left out for a while, never more than half of them.
 */
final class Outliers {
  /**
   * What the application answers is its own affair, but for 502 to 504, by which it says that it
   * can't: nothing else helps, as such an answer is never asked for again.
   */
  private static final OutlierDetection UNREACHABLE =
      OutlierDetection.newBuilder()
          .setSplitExternalLocalOriginErrors(true)
          .setConsecutiveLocalOriginFailure(Values.number(5))
          .setEnforcingConsecutiveLocalOriginFailure(Values.number(100))
          .setConsecutiveGatewayFailure(Values.number(5))
          .setEnforcingConsecutiveGatewayFailure(Values.number(100))
          .setEnforcingConsecutive5Xx(Values.number(0))
          .setEnforcingSuccessRate(Values.number(0))
          .setEnforcingLocalOriginSuccessRate(Values.number(0))
          .setInterval(Values.duration(Duration.ofSeconds(2)))
          .setBaseEjectionTime(Values.duration(Duration.ofSeconds(5)))
          .setMaxEjectionTime(Values.duration(Duration.ofSeconds(60)))
          .setMaxEjectionPercent(Values.number(50))
          .build();

  private Outliers() {}

  static void apply(Cluster.Builder out, TrafficPolicy.@Nullable OutlierDetection settings) {
    if (settings == null) {
      if (out.getType() == Cluster.DiscoveryType.EDS) {
        out.setOutlierDetection(UNREACHABLE);
      }
      return;
    }
    OutlierDetection.Builder detection =
        OutlierDetection.newBuilder().setEnforcingSuccessRate(Values.number(0));
    Integer errors = settings.consecutive5xxErrors();
    if (errors != null) {
      detection
          .setConsecutive5Xx(Values.number(errors))
          .setEnforcingConsecutive5Xx(Values.number(errors > 0 ? 100 : 0));
    }
    Integer gateway = settings.consecutiveGatewayErrors();
    if (gateway != null) {
      detection
          .setConsecutiveGatewayFailure(Values.number(gateway))
          .setEnforcingConsecutiveGatewayFailure(Values.number(gateway > 0 ? 100 : 0));
    }
    if (settings.splitExternalLocalOriginErrors()) {
      detection.setSplitExternalLocalOriginErrors(true);
      Integer local = settings.consecutiveLocalOriginFailures();
      if (local != null) {
        detection
            .setConsecutiveLocalOriginFailure(Values.number(local))
            .setEnforcingConsecutiveLocalOriginFailure(Values.number(local > 0 ? 100 : 0));
      }
      detection.setEnforcingLocalOriginSuccessRate(Values.number(0));
    }
    if (settings.interval() != null) {
      detection.setInterval(Values.duration(settings.interval()));
    }
    if (settings.baseEjectionTime() != null) {
      detection.setBaseEjectionTime(Values.duration(settings.baseEjectionTime()));
    }
    if (settings.maxEjectionPercent() != null && settings.maxEjectionPercent() > 0) {
      detection.setMaxEjectionPercent(Values.number(settings.maxEjectionPercent()));
    }
    int healthy = settings.minHealthPercent() == null ? 0 : settings.minHealthPercent();
    out.setOutlierDetection(detection)
        .setCommonLbConfig(
            out.getCommonLbConfig().toBuilder()
                .setHealthyPanicThreshold(Percent.newBuilder().setValue(healthy)));
  }
}
