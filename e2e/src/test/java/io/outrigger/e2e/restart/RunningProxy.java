package io.outrigger.e2e.restart;

import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What these tests ask of a proxy's process. */
final class RunningProxy {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private RunningProxy() {}

  /** Waits; where it does not come, the failure shows what the process printed. */
  static void await(Program proxy, String what, Await.Condition condition) throws IOException {
    try {
      Await.until(what, PATIENCE, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + proxy.output(), e);
    }
  }

  /** The sum of all counters and gauges whose whole names match; there must be one. */
  static long sum(int admin, String pattern) throws IOException {
    List<Long> values =
        RawClient.get(admin, "/stats?filter=^" + pattern + "$")
            .lines()
            .filter(line -> line.matches(pattern + ": \\d+"))
            .map(line -> Long.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
            .toList();
    if (values.isEmpty()) {
      throw new IOException("no statistic is called " + pattern);
    }
    return values.stream().mapToLong(Long::longValue).sum();
  }
}
