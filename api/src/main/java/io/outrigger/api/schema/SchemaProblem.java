package io.outrigger.api.schema;

import io.outrigger.api.yaml.Place;
import org.jspecify.annotations.Nullable;

/**
 * Something in a text or a message that does not fit its schema.
 *
 * @param fieldPath such as {@code static_resources.listeners[0].address}
 * @param message what was found, and what is allowed
 * @param place where in the text, or null for a message from the wire
 * @param warning whether it is only worth a warning
 */
public record SchemaProblem(
    String fieldPath, String message, @Nullable Place place, boolean warning) {
  @Override
  public String toString() {
    String at = place == null ? "" : place + ": ";
    return fieldPath.isEmpty() ? at + message : at + fieldPath + ": " + message;
  }
}
