package io.outrigger.control.resource;

import io.outrigger.api.yaml.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one resource while it is read. */
public final class ResourceProblems {
  private final @Nullable ResourceId resource;
  private final List<Problem> problems = new ArrayList<>();
  private boolean errors;

  public ResourceProblems(@Nullable ResourceId resource) {
    this.resource = resource;
  }

  public void error(Place place, String fieldPath, String message) {
    errors = true;
    problems.add(new Problem(Problem.Severity.ERROR, place, resource, fieldPath, message));
  }

  public void warning(Place place, String fieldPath, String message) {
    problems.add(new Problem(Problem.Severity.WARNING, place, resource, fieldPath, message));
  }

  /** Whether the resource must be refused. */
  public boolean errors() {
    return errors;
  }

  public List<Problem> list() {
    return List.copyOf(problems);
  }
}
