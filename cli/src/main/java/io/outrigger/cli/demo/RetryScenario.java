package io.outrigger.cli.demo;

import java.io.IOException;

/** One of three instances fails every second request, and nobody sees it. */
final class RetryScenario implements Scenario {
  private static final String CLUSTER =
      "cluster.outbound|9080||reviews.shop.svc.cluster.local.upstream_rq_retry";
  private static final int REQUESTS = 300;
  private static final int CALLERS = 4;

  @Override
  public String name() {
    return "retry";
  }

  @Override
  public String summary() {
    return "Version 2 of the reviews fails every second request; its callers try another instance.";
  }

  @Override
  public void begin(Trial trial) throws IOException, InterruptedException {
    trial.misbehave("reviews-v2", 0.5, 0);
  }

  @Override
  public void check(Trial trial) throws IOException, InterruptedException {
    trial.await(
        "something is tried again",
        () -> {
          Answer answer = trial.get("/reviews");
          return answer.ok() && trial.stat("frontend-v1", CLUSTER) > 0;
        });
    long before = trial.stat("frontend-v1", CLUSTER);
    long good = good(trial);
    long retried = trial.stat("frontend-v1", CLUSTER) - before;
    trial.report(
        good == REQUESTS && retried > 0,
        "with retries no reader sees a failure",
        good + " of " + REQUESTS + " good, " + retried + " tries again");
    long without = 0;
    for (int i = 0; i < REQUESTS; i++) {
      without += trial.get("/reviews", "x-retries", "off").ok() ? 1 : 0;
    }
    trial.report(
        without < REQUESTS * 95 / 100 && without > REQUESTS / 2,
        "without them a sixth of the readers do",
        without + " of " + REQUESTS + " good");
  }

  private static long good(Trial trial) throws InterruptedException {
    return trial.many(REQUESTS, CALLERS, "/reviews").stream().filter(Answer::ok).count();
  }
}
