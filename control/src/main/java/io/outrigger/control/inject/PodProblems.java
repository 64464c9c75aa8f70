package io.outrigger.control.inject;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one pod. */
final class PodProblems {
  private final List<PodProblem> problems = new ArrayList<>();

  void annotation(String name, String message) {
    problems.add(new PodProblem(true, name, "", message));
  }

  void warning(String name, String message) {
    problems.add(new PodProblem(false, name, "", message));
  }

  void field(String path, String message) {
    problems.add(new PodProblem(true, "", path, message));
  }

  boolean errors() {
    return problems.stream().anyMatch(PodProblem::error);
  }

  List<PodProblem> list() {
    return List.copyOf(problems);
  }
}
