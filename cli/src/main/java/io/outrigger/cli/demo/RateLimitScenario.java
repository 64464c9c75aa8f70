package io.outrigger.cli.demo;

import java.io.IOException;

/** Of each caller, the catalog takes five searches in ten seconds. */
final class RateLimitScenario implements Scenario {
  private static final String SEARCH = "http://catalog:9080/search";

  /** Far more than the bucket fills while they are asked. */
  private static final int MANY = 50;

  @Override
  public String name() {
    return "ratelimit";
  }

  @Override
  public String summary() {
    return "Each caller has five searches of the catalog in ten seconds: a RateLimit, by identity.";
  }

  @Override
  public void check(Trial trial) throws IOException, InterruptedException {
    trial.await(
        "searches are limited",
        () -> !trial.getAs("ratings-v1", SEARCH).header("x-ratelimit-limit").isEmpty());
    int taken = 0;
    Answer last = trial.getAs("reviews-v1", SEARCH);
    while (last.ok() && taken < MANY) {
      taken++;
      last = trial.getAs("reviews-v1", SEARCH);
    }
    trial.report(
        taken >= 5 && last.status() == 429 && last.body().equals("local_rate_limited"),
        "the reviews have five searches, and then 429",
        taken + ", then " + last);
    trial.report(
        last.header("x-ratelimit-limit").equals("5")
            && last.header("x-ratelimit-remaining").equals("0"),
        "headers say so",
        "limit "
            + last.header("x-ratelimit-limit")
            + ", remaining "
            + last.header("x-ratelimit-remaining")
            + ", reset "
            + last.header("x-ratelimit-reset"));
    Answer other = trial.getAs("frontend-v1", SEARCH);
    trial.report(
        other.ok() && other.header("x-ratelimit-remaining").equals("4"),
        "the front end still has its own five",
        other + ", remaining " + other.header("x-ratelimit-remaining"));
    Answer book = trial.getAs("reviews-v1", "http://catalog:9080/books/1");
    trial.report(book.ok(), "what isn't a search isn't limited", book.toString());
    trial.await(
        "the reviews may search again", () -> trial.getAs("reviews-v1", SEARCH).status() == 200);
  }
}
