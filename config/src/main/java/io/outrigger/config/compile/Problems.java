package io.outrigger.config.compile;

import com.google.protobuf.MessageLite;
import io.outrigger.api.schema.FieldPath;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.schema.Validation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A collector of problems at one field path; {@link #at} gives the same collector, a field deeper.
 *
 * <p>Owned by the one thread that compiles.
 */
public final class Problems {
  private final FieldPath path;
  private final List<Problem> list;

  public Problems() {
    this(FieldPath.ROOT, new ArrayList<>());
  }

  private Problems(FieldPath path, List<Problem> list) {
    this.path = path;
    this.list = list;
  }

  /** A collector whose paths begin with {@code root}. */
  public static Problems under(String root) {
    return new Problems(FieldPath.of(root), new ArrayList<>());
  }

  /** The same collector at a field of the current message. */
  public Problems at(String field) {
    return new Problems(path.field(field), list);
  }

  /** The same collector at an element of a repeated field. */
  public Problems at(String field, int index) {
    return new Problems(path.field(field).item(index), list);
  }

  /** The same collector at an entry of a map field. */
  public Problems at(String field, String key) {
    return new Problems(path.field(field).quotedEntry(key), list);
  }

  public void error(String message) {
    list.add(new Problem(path(), message, Problem.Severity.ERROR));
  }

  public void error(String field, String message) {
    at(field).error(message);
  }

  public void warning(String message) {
    list.add(new Problem(path(), message, Problem.Severity.WARNING));
  }

  public void warning(String field, String message) {
    at(field).warning(message);
  }

  /** Says that a field that is set has no effect here. */
  public void ignored(String field) {
    warning(field, "is not supported and has no effect");
  }

  /** Refuses a field that cannot be left out without changing what the configuration means. */
  public void unsupported(String field) {
    error(field, "is not supported");
  }

  public String path() {
    return path.toString();
  }

  public boolean hasErrors() {
    for (Problem problem : list) {
      if (problem.isError()) {
        return true;
      }
    }
    return false;
  }

  /** Number of problems so far, to see later whether a step added errors. */
  public int errorCount() {
    int count = 0;
    for (Problem problem : list) {
      if (problem.isError()) {
        count++;
      }
    }
    return count;
  }

  /** Checks a whole message against the rules that its proto states. */
  public void checkRules(String messageName, MessageLite message) {
    List<SchemaProblem> found = new ArrayList<>();
    Validation.check(messageName, message.toByteArray(), found);
    addAll(found);
  }

  /** Takes over what a schema found, below this path; whether there is an error among it. */
  boolean addAll(List<SchemaProblem> found) {
    boolean errors = false;
    for (SchemaProblem problem : found) {
      Problems here = problem.fieldPath().isEmpty() ? this : at(problem.fieldPath());
      if (problem.warning()) {
        here.warning(problem.message());
      } else {
        errors = true;
        here.error(problem.message());
      }
    }
    return errors;
  }

  /** What was found, in order; of several errors of one field the first. */
  public List<Problem> list() {
    Set<String> refused = new HashSet<>();
    List<Problem> distinct = new ArrayList<>(list.size());
    for (Problem problem : list) {
      if (!problem.isError() || refused.add(problem.fieldPath())) {
        distinct.add(problem);
      }
    }
    return distinct;
  }
}
