package io.outrigger.cli.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the demo prints: a table that stays in place on a terminal, with news above it. */
final class Screen {
  private static final int PLAIN_EVERY = 10;

  private final PrintStream out;
  private final boolean terminal = isTerminal(System.console());
  private final Deque<String> news = new ArrayDeque<>();
  private int drawn;
  private int calls;

  Screen(PrintStream out) {
    this.out = out;
  }

  private static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  /** A line of the control plane; those that say what was applied or refused are shown. */
  synchronized void controlLine(String line) {
    if (line.startsWith("applied in") || line.startsWith("refused")) {
      line(line);
    }
  }

  synchronized void line(String text) {
    if (terminal) {
      news.add(text);
    } else {
      out.println(text);
    }
  }

  /** Draws the table; where this is no terminal, only every tenth time. */
  synchronized void table(List<String> lines, Load load) {
    if (!terminal && calls++ % PLAIN_EVERY != 0) {
      return;
    }
    if (terminal && drawn > 0) {
      out.print("\u001b[" + drawn + "A\u001b[J");
    }
    while (!news.isEmpty()) {
      out.println(news.poll());
    }
    lines.forEach(out::println);
    out.printf("%d pages served, %d failed%n", load.good(), load.bad());
    load.failures().stream().limit(3).forEach(f -> out.println("  " + f));
    drawn = lines.size() + 1 + Math.min(3, load.failures().size());
  }
}
