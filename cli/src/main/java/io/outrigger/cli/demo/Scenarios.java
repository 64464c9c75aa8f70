package io.outrigger.cli.demo;

import java.util.List;

/** All scenarios, in the order in which they are checked. */
final class Scenarios {
  static final List<Scenario> ALL =
      List.of(
          new ShiftScenario(),
          new MirrorScenario(),
          new FaultScenario(),
          new RetryScenario(),
          new BreakerScenario(),
          new AuthzScenario(),
          new RateLimitScenario(),
          new JwtScenario());

  private Scenarios() {}
}
