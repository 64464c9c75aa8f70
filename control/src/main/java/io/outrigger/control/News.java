package io.outrigger.control;

import io.outrigger.control.push.Synced;
import io.outrigger.control.resource.Change;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.world.Applied;
import io.outrigger.control.world.Held;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what becomes of an edit: applied where and in what time, refused and why, or waiting. */
final class News {
  private static final int MAX_NAMED = 5;

  private final PrintStream out;
  private @Nullable Applied waiting;

  News(PrintStream out) {
    this.out = out;
  }

  synchronized void applied(Applied applied) {
    for (Problem problem : applied.newProblems()) {
      out.println((problem.error() ? "refused " : "note ") + problem);
    }
    for (Held held : applied.held()) {
      out.println("held " + held.resource() + ": " + held.reason());
    }
    if (applied.world().generation() <= 1) {
      out.println("read " + applied.world().resources().size() + " resources");
    } else if (!applied.changes().isEmpty()) {
      waiting = applied;
    }
  }

  /** All proxies hold it: only now it counts as applied. */
  synchronized void synced(Synced synced) {
    Applied applied = waiting;
    if (applied == null || synced.generation() < applied.world().generation()) {
      return;
    }
    waiting = null;
    Duration total = applied.sinceSeen().plus(synced.took());
    out.println(
        "applied in "
            + total.toMillis()
            + " ms at "
            + synced.proxies()
            + " proxies: "
            + named(applied.changes()));
  }

  private static String named(List<Change> changes) {
    String first =
        changes.stream().limit(MAX_NAMED).map(Change::toString).collect(Collectors.joining(", "));
    int more = changes.size() - MAX_NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
