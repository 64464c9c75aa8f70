package io.outrigger.config.cel;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A map or message as expressions see it. */
public interface CelMap {
  /** Null: there is no such key. Numbers that are whole are asked for as Long. */
  @Nullable Object get(Object key);

  /** Null: they can be asked for, but not counted. */
  default @Nullable Collection<Object> keys() {
    return null;
  }
}
