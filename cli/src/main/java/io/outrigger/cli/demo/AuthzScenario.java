package io.outrigger.cli.demo;

import java.io.IOException;

/** Only the reviews may ask for ratings, and they may only read them. */
final class AuthzScenario implements Scenario {
  private static final String RATINGS = "http://ratings:9080/ratings/1";

  @Override
  public String name() {
    return "authz";
  }

  @Override
  public String summary() {
    return "Only the reviews may ask for ratings: an AuthorizationPolicy says so, by identity.";
  }

  @Override
  public void check(Trial trial) throws IOException, InterruptedException {
    trial.awaitSteadily(
        "the front end is refused", () -> trial.getAs("frontend-v1", RATINGS).status() == 403);
    Answer refused = trial.getAs("frontend-v1", RATINGS);
    trial.report(
        refused.status() == 403 && refused.body().contains("RBAC: access denied"),
        "the front end may not ask for ratings",
        refused.toString());
    Answer allowed = trial.getAs("reviews-v2", RATINGS);
    trial.report(allowed.ok(), "the reviews may", allowed.toString());
    Answer page = trial.get("/reviews", "x-user", "tester");
    trial.report(page.ok() && page.shows("v3"), "so pages with stars are whole", page.toString());
    String log = trial.log("ratings-v1");
    trial.report(
        log.contains("ratings-for-reviews") && log.contains("sa/frontend"),
        "the refusal's line in the ratings' log names the policy and who asked",
        log.lines().filter(line -> line.contains("sa/frontend")).findFirst().orElse("no line"));
  }
}
