package io.outrigger.control.inject;

/**
 * Something wrong with a pod that is to get a sidecar.
 *
 * @param error refuses the pod; a warning doesn't
 * @param annotation the annotation that it is about; empty: {@code path} says where
 * @param path the field within the pod
 * @param message what was found, and what is allowed
 */
public record PodProblem(boolean error, String annotation, String path, String message) {
  /** The field, as an API server names it. */
  public String field() {
    return annotation.isEmpty() ? path : "metadata.annotations[" + annotation + "]";
  }

  @Override
  public String toString() {
    return field() + ": " + message;
  }
}
