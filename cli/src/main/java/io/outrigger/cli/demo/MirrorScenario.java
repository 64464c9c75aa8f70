package io.outrigger.cli.demo;

import java.io.IOException;
import java.util.List;

/** A version that nobody sees yet gets a copy of every request. */
final class MirrorScenario implements Scenario {
  private static final String COPIES =
      "cluster.outbound|9080|v3|reviews.shop.svc.cluster.local.upstream_rq_total";
  private static final int REQUESTS = 200;
  private static final int CALLERS = 4;

  @Override
  public String name() {
    return "mirror";
  }

  @Override
  public String summary() {
    return "Version 1 answers; version 3 gets a copy of each request, and its answers are dropped.";
  }

  @Override
  public void check(Trial trial) throws IOException, InterruptedException {
    trial.await(
        "a copy arrives",
        () -> trial.get("/reviews").shows("v1") && trial.stat("frontend-v1", COPIES) > 0);
    long before = trial.stat("frontend-v1", COPIES);
    List<Answer> all = trial.many(REQUESTS, CALLERS, "/reviews");
    long first = all.stream().filter(answer -> answer.shows("v1")).count();
    boolean copied =
        trial.await(
            "every copy arrives", () -> trial.stat("frontend-v1", COPIES) - before >= REQUESTS);
    trial.report(
        copied && first == REQUESTS,
        "version 1 answers every request, version 3 gets a copy of each",
        first
            + " answers of version 1, "
            + (trial.stat("frontend-v1", COPIES) - before)
            + " copies");
    trial.misbehave("reviews-v3", 1, 2000);
    List<Answer> meanwhile = trial.many(REQUESTS, CALLERS, "/reviews");
    trial.misbehave("reviews-v3", 0, 0);
    long good = meanwhile.stream().filter(answer -> answer.shows("v1")).count();
    long slowest = meanwhile.stream().mapToLong(Answer::millis).max().orElse(0);
    trial.report(
        good == REQUESTS && slowest < 2000,
        "a copy's receiver that fails after two seconds costs nobody anything",
        good + " of " + REQUESTS + " good, the slowest in " + slowest + " ms");
  }
}
