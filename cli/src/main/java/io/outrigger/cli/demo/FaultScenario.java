package io.outrigger.cli.demo;

import java.io.IOException;

/** Faults for those who ask for them by a header. */
final class FaultScenario implements Scenario {
  private static final int DELAY_MILLIS = 700;

  @Override
  public String name() {
    return "fault";
  }

  @Override
  public String summary() {
    return "Requests with x-chaos: delay are held for 700 ms, half of those with x-chaos: abort fail.";
  }

  @Override
  public void check(Trial trial) throws IOException, InterruptedException {
    trial.await(
        "a delay is injected",
        () -> trial.get("/reviews", "x-chaos", "delay").millis() >= DELAY_MILLIS);
    Answer delayed = trial.get("/reviews", "x-chaos", "delay");
    trial.report(
        delayed.ok() && delayed.millis() >= DELAY_MILLIS,
        "a delay holds the request, which is served then",
        delayed.status() + " after " + delayed.millis() + " ms");
    long aborted =
        trial.many(200, 4, "/reviews", "x-chaos", "abort").stream()
            .filter(answer -> answer.status() == 418)
            .count();
    trial.report(
        aborted > 60 && aborted < 140,
        "half of the requests that ask for it are aborted",
        aborted + " of 200 were answered 418");
    long good = trial.many(200, 4, "/reviews").stream().filter(Answer::ok).count();
    trial.report(good == 200, "nobody else notices", good + " of 200 good");
  }
}
