package io.outrigger.config.cel;

import org.jspecify.annotations.Nullable;

/** What is known of a request or connection. */
@FunctionalInterface
public interface AttributeSource {
  /**
   * A value of {@link CelValues}' kinds, or null: it is not known, as the response of a request
   * that has none yet.
   */
  @Nullable Object value(Attribute attribute);
}
