package io.outrigger.cli.demo;

import io.outrigger.cli.local.Readiness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Assertions about routing: shares, and how soon and how safely an edit is in force. */
final class TrafficChecks {
  private static final int REQUESTS = 2000;
  private static final int WORKERS = 8;
  private static final int EDITS = 50;
  private static final int WARM_UP = 1200;
  private static final Duration IN_FORCE = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final Check check;
  private final Edits edits;
  private final AppliedNews news;

  TrafficChecks(Check check, Edits edits, AppliedNews news) {
    this.check = check;
    this.edits = edits;
    this.news = news;
  }

  /** 90/10 over 2,000 requests, within 3 points. */
  void split() throws IOException, InterruptedException {
    edits.weights(90, 10, 0);
    Client probe = new Client();
    // until the edit is in force: version 3 had no share before either, so wait for version 2
    boolean seen = Readiness.await(Duration.ofSeconds(10), () -> probe.version().equals("v2"));
    AtomicInteger second = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    List<String> failures = ask(REQUESTS, "/reviews", second, other);
    double share = 100.0 * second.get() / REQUESTS;
    check.report(
        seen && failures.isEmpty() && other.get() == 0 && Math.abs(share - 10) <= 3,
        "a 90/10 split over " + REQUESTS + " requests lies within 3 points",
        "%.1f %% went to v2, %d failed".formatted(share, failures.size())
            + failures.stream().findFirst().map(f -> ": " + f).orElse(""));
  }

  /** Asks with several at once, each waiting for its answer; what failed. */
  private static List<String> ask(
      int requests, String path, AtomicInteger second, AtomicInteger other)
      throws InterruptedException {
    List<String> failures = new ArrayList<>();
    Thread[] threads = new Thread[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
      threads[i] =
          Thread.ofVirtual()
              .start(() -> askEach(requests / WORKERS, path, second, other, failures));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return failures;
  }

  private static void askEach(
      int requests, String path, AtomicInteger second, AtomicInteger other, List<String> failures) {
    Client client = new Client(path);
    for (int i = 0; i < requests; i++) {
      try {
        switch (client.version()) {
          case "v1" -> {}
          case "v2" -> second.incrementAndGet();
          default -> other.incrementAndGet();
        }
      } catch (IOException e) {
        synchronized (failures) {
          failures.add(String.valueOf(e.getMessage()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * Fifty edits under load: no failed request, each in force in time.
   *
   * <p>In force means that the control plane has said so, and that the very next request shows it.
   * The time runs from the saved file to that word. The request's own time is left out: while a
   * dozen young JVMs compile on two cores, one page may take longer than any edit.
   */
  void editsUnderLoad() throws IOException, InterruptedException {
    Client client = new Client();
    List<String> failures = warmUp(client);
    long[] millis = new long[EDITS];
    long slowestSave = 0;
    int untrue = 0;
    try (Load load = new Load(DemoCommand.frontend())) {
      load.start(100);
      Readiness.await(Duration.ofSeconds(10), () -> load.good() >= EDITS);
      for (int i = 0; i < EDITS; i++) {
        String expected = i % 2 == 0 ? "v3" : "v1";
        news.forget();
        long start = System.nanoTime();
        edits.weights(expected.equals("v1") ? 100 : 0, 0, expected.equals("v3") ? 100 : 0);
        long saved = System.nanoTime();
        slowestSave = Math.max(slowestSave, (saved - start) / 1_000_000);
        millis[i] = news.await(saved, LONGEST) / 1_000_000;
        untrue += client.version().equals(expected) ? 0 : 1;
      }
      Readiness.await(Duration.ofMillis(300), () -> false);
      check.report(
          failures.isEmpty() && load.bad() == 0 && load.good() > EDITS,
          EDITS + " edits under load fail no request",
          (load.good() + WARM_UP)
              + " requests, "
              + (load.bad() + failures.size())
              + " failed"
              + failures.stream().findFirst().map(f -> ": " + f).orElse(first(load)));
    }
    Arrays.sort(millis);
    check.report(
        untrue == 0 && millis[EDITS - 1] < IN_FORCE.toMillis(),
        "each edit is in force in under " + IN_FORCE.toMillis() + " ms",
        "median %d ms, slowest %d, %d and %d ms; after %d of %d the next request didn't show it; the disk took up to %d ms to save"
            .formatted(
                millis[EDITS / 2],
                millis[EDITS - 1],
                millis[EDITS - 2],
                millis[EDITS - 3],
                untrue,
                EDITS,
                slowestSave));
  }

  /** Requests to every instance, each after the last, then all traffic to version 1. */
  private List<String> warmUp(Client client) throws IOException, InterruptedException {
    edits.weights(34, 33, 33);
    List<String> failures = ask(WARM_UP, "/", new AtomicInteger(), new AtomicInteger());
    news.forget();
    long saved = System.nanoTime();
    edits.weights(100, 0, 0);
    long _ = news.await(saved, LONGEST);
    if (!client.version().equals("v1")) {
      failures.add("all weight is on version 1, and another answers");
    }
    return failures;
  }

  private static boolean awaitVersion(Client client, String version, Duration atMost)
      throws InterruptedException, IOException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() - deadline < 0) {
      if (client.version().equals(version)) {
        return true;
      }
    }
    return false;
  }

  /** A file that is wrong changes nothing. */
  void brokenEdit() throws IOException, InterruptedException {
    edits.weights(100, 0, 0);
    Client client = new Client();
    boolean before = awaitVersion(client, "v1", Duration.ofSeconds(5));
    edits.broken();
    int other = 0;
    long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    int asked = 0;
    while (System.nanoTime() - deadline < 0) {
      asked++;
      other += client.version().equals("v1") ? 0 : 1;
    }
    edits.weights(0, 0, 100);
    boolean after = awaitVersion(client, "v3", Duration.ofSeconds(5));
    check.report(
        before && after && other == 0,
        "a wrong edit is refused, the last good one stays, the next good one applies",
        asked + " requests meanwhile, " + other + " strayed");
  }

  static String first(Load load) {
    return load.failures().isEmpty() ? "" : ": " + load.failures().get(0);
  }
}
