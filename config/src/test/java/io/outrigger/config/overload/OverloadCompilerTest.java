package io.outrigger.config.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.overload.v3.OverloadManager;
import io.envoyproxy.envoy.config.overload.v3.ScaledTrigger;
import io.envoyproxy.envoy.config.overload.v3.ThresholdTrigger;
import io.envoyproxy.envoy.config.overload.v3.Trigger;
import io.outrigger.config.compile.Problem;
import io.outrigger.config.compile.Problems;
import org.junit.jupiter.api.Test;

class OverloadCompilerTest {
  @Test
  void scaledTriggersGoUpInALine() {
    OverloadAction.Trigger scaled = new OverloadAction.Trigger("m", 0.5, 0.9);
    assertThat(scaled.share(0.5)).isZero();
    assertThat(scaled.share(0.7)).isBetween(0.499, 0.501);
    assertThat(scaled.share(0.9)).isOne();
    OverloadAction.Trigger threshold = new OverloadAction.Trigger("m", 0.8, 0.8);
    assertThat(threshold.share(0.79)).isZero();
    assertThat(threshold.share(0.8)).isOne();
  }

  @Test
  void namesEveryProblemByItsPath() {
    Problems problems = Problems.under("overload_manager");
    OverloadManager.Builder proto = OverloadManager.newBuilder();
    proto.addResourceMonitors(
        io.envoyproxy.envoy.config.overload.v3.ResourceMonitor.newBuilder().setName("m"));
    proto.addActions(
        action("envoy.overload_actions.shrink_heap")
            .addTriggers(
                Trigger.newBuilder()
                    .setName("other")
                    .setThreshold(ThresholdTrigger.newBuilder().setValue(1)))
            .addTriggers(
                Trigger.newBuilder()
                    .setName("m")
                    .setScaled(
                        ScaledTrigger.newBuilder()
                            .setScalingThreshold(0.9)
                            .setSaturationThreshold(0.5))));
    proto.addActions(action("envoy.overload_actions.reduce_timeouts"));
    proto.addActions(action("mine"));
    OverloadConfig _ = OverloadCompiler.compile(proto.build(), problems);
    assertThat(problems.list())
        .extracting(Problem::fieldPath)
        .containsExactly(
            "overload_manager.resource_monitors[0].typed_config",
            "overload_manager.actions[0].triggers[0].name",
            "overload_manager.actions[0].triggers[1].scaled",
            "overload_manager.actions[1].name",
            "overload_manager.actions[2].name");
  }

  private static io.envoyproxy.envoy.config.overload.v3.OverloadAction.Builder action(String name) {
    return io.envoyproxy.envoy.config.overload.v3.OverloadAction.newBuilder().setName(name);
  }
}
