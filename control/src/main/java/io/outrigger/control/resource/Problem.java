package io.outrigger.control.resource;

import io.outrigger.api.yaml.Place;
import org.jspecify.annotations.Nullable;

/**
 * Something wrong with a resource or file: where, which field, what was found and what is allowed.
 */
public record Problem(
    Severity severity,
    Place place,
    @Nullable ResourceId resource,
    String fieldPath,
    String message) {
  /** An error refuses its resource; a warning doesn't. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public boolean error() {
    return severity == Severity.ERROR;
  }

  /** One line for people: {@code FILE:LINE:COLUMN: error: Kind ns/name: field.path: sentence}. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    line.append(place).append(": ").append(error() ? "error: " : "warning: ");
    if (resource != null) {
      line.append(resource).append(": ");
    }
    if (!fieldPath.isEmpty()) {
      line.append(fieldPath).append(": ");
    }
    return line.append(message).toString();
  }
}
