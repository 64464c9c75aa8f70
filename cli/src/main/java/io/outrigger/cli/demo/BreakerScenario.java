package io.outrigger.cli.demo;

import java.io.IOException;
import java.util.List;

/** An instance that fails is left out for a while, and a slow service gets no queue. */
final class BreakerScenario implements Scenario {
  private static final String REVIEWS = "cluster.outbound|9080||reviews.shop.svc.cluster.local.";
  private static final String CATALOG = "cluster.outbound|9080||catalog.shop.svc.cluster.local.";
  private static final int REQUESTS = 200;

  @Override
  public String name() {
    return "breaker";
  }

  @Override
  public String summary() {
    return "Version 2 of the reviews fails always, and is ejected; the slow catalog takes two at a time.";
  }

  @Override
  public void begin(Trial trial) throws IOException, InterruptedException {
    trial.misbehave("reviews-v2", 1, 0);
    trial.misbehave("catalog-v1", 0, 300);
  }

  @Override
  public void check(Trial trial) throws IOException, InterruptedException {
    boolean ejected =
        trial.await(
            "version 2 is ejected",
            () -> {
              trial.get("/reviews");
              return trial.stat("frontend-v1", REVIEWS + "outlier_detection.ejections_active") == 1;
            });
    long good = trial.many(REQUESTS, 4, "/reviews").stream().filter(Answer::ok).count();
    trial.report(
        ejected && good == REQUESTS,
        "once the failing instance is ejected, nobody meets it",
        good + " of " + REQUESTS + " good");
    List<Answer> crowd = trial.many(40, 20, "/catalog");
    long served = crowd.stream().filter(Answer::ok).count();
    long refused = crowd.stream().filter(answer -> answer.status() == 503).count();
    long counted = trial.stat("frontend-v1", CATALOG + "upstream_rq_pending_overflow");
    trial.report(
        served >= 2 && refused > 0 && served + refused == crowd.size() && counted == refused,
        "of twenty at once the slow catalog gets two, the others an answer at once",
        served + " served, " + refused + " refused, " + counted + " counted as overflow");
  }
}
