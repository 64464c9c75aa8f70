package io.outrigger.proxy.snapshot;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers that wait until every worker serves by what was published: an acknowledged change is one
 * that the next request sees. On the configuration loop.
 */
final class InForce {
  /** A worker that is stuck for longer doesn't hold up what the others are to get. */
  static final long AT_MOST_MILLIS = 1_000;

  private final EventLoop main;
  private final List<WorkerSnapshot> workers;
  private List<Runnable> waiting = new ArrayList<>();

  InForce(EventLoop main, List<WorkerSnapshot> workers) {
    this.main = main;
    this.workers = workers;
  }

  /** Runs {@code answer} once what is published next is in force, in the order of the calls. */
  void then(Runnable answer) {
    waiting.add(answer);
  }

  /** Whatever was taken in is delivered to the workers now. */
  void delivered() {
    if (waiting.isEmpty()) {
      return;
    }
    Round round = new Round(waiting, workers.size());
    waiting = new ArrayList<>();
    var limit = main.schedule(round::end, AT_MOST_MILLIS, TimeUnit.MILLISECONDS);
    for (WorkerSnapshot worker : workers) {
      worker.afterDelivery(
          () -> {
            if (round.left.decrementAndGet() == 0) {
              back(
                  () -> {
                    limit.cancel(false);
                    round.end();
                  });
            }
          });
    }
    if (workers.isEmpty()) {
      limit.cancel(false);
      round.end();
    }
  }

  private void back(Runnable end) {
    try {
      main.execute(end);
    } catch (RejectedExecutionException e) {
      // the process ends; nobody is left to answer
    }
  }

  /** The answers of one publication. */
  private static final class Round {
    private final AtomicInteger left;
    private List<Runnable> answers;

    Round(List<Runnable> answers, int workers) {
      this.answers = answers;
      this.left = new AtomicInteger(workers);
    }

    void end() {
      List<Runnable> due = answers;
      answers = List.of();
      due.forEach(Runnable::run);
    }
  }
}
