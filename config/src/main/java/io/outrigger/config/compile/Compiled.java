package io.outrigger.config.compile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The outcome of compiling one resource: its value unless there was an error, and the problems. */
public record Compiled<T>(@Nullable T value, List<Problem> problems) {
  public Compiled {
    problems = List.copyOf(problems);
  }

  /** The value, withheld if any problem is an error. */
  public static <T> Compiled<T> of(@Nullable T value, Problems problems) {
    return new Compiled<>(problems.hasErrors() ? null : value, problems.list());
  }

  public boolean ok() {
    return value != null;
  }

  public List<Problem> errors() {
    return problems.stream().filter(Problem::isError).toList();
  }

  public List<Problem> warnings() {
    return problems.stream().filter(problem -> !problem.isError()).toList();
  }
}
