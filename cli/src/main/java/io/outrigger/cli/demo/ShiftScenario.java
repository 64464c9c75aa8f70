package io.outrigger.cli.demo;

import java.io.IOException;
import java.util.List;

/** Shares by weight, and one user who sees what the others don't yet. */
final class ShiftScenario implements Scenario {
  private static final int REQUESTS = 1000;
  private static final int CALLERS = 4;

  @Override
  public String name() {
    return "shift";
  }

  @Override
  public String summary() {
    return "Half of the readers get version 2 of the reviews; the user \"tester\" gets version 3.";
  }

  @Override
  public void check(Trial trial) throws IOException, InterruptedException {
    trial.await(
        "the tester sees version 3", () -> trial.get("/reviews", "x-user", "tester").shows("v3"));
    List<Answer> all = trial.many(REQUESTS, CALLERS, "/reviews");
    long second = all.stream().filter(answer -> answer.shows("v2")).count();
    long first = all.stream().filter(answer -> answer.shows("v1")).count();
    double share = 100.0 * second / all.size();
    trial.report(
        first + second == all.size() && Math.abs(share - 50) <= 6,
        "half of " + REQUESTS + " requests get version 2, the others version 1",
        "%.1f %% went to version 2, %d elsewhere".formatted(share, all.size() - first - second));
    long tester =
        trial.many(100, CALLERS, "/reviews", "x-user", "tester").stream()
            .filter(answer -> answer.shows("v3"))
            .count();
    trial.report(tester == 100, "a header decides for one user", tester + " of 100 got version 3");
  }
}
