package io.outrigger.config.runtime;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values in force, one set a process as in Envoy. Replaced as a whole; a request that asks
 * twice may see both.
 */
public final class RuntimeValues {
  private static volatile Map<String, RuntimeValue> current = Map.of();

  private RuntimeValues() {}

  /** Puts these in force. */
  public static void replace(Map<String, RuntimeValue> values) {
    current = Map.copyOf(values);
  }

  /** The value of this key; null: it is not overridden. */
  public static @Nullable RuntimeValue of(String key) {
    return current.get(key);
  }

  /** The number of this key, or another where none is set. */
  public static long number(String key, long otherwise) {
    if (key.isEmpty()) {
      return otherwise;
    }
    RuntimeValue value = current.get(key);
    return value == null || value.number() < 0 ? otherwise : value.number();
  }
}
