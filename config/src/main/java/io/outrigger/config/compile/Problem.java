package io.outrigger.config.compile;

/**
 * Something wrong in a configuration: where, what was found, and what is allowed.
 *
 * @param fieldPath path of the field from the resource's root, in proto field names
 */
public record Problem(String fieldPath, String message, Severity severity) {
  /** Whether the resource is refused or taken. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  @Override
  public String toString() {
    return fieldPath.isEmpty() ? message : fieldPath + ": " + message;
  }
}
