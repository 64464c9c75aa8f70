package io.outrigger.proxy.listener;

import com.google.protobuf.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What filters noted of a connection or a request under keys, for filters after them and for logs.
 * Made by the first that notes something; on its worker.
 */
public final class FilterState {
  private final Map<String, Value> values = new HashMap<>(4);

  public @Nullable Value get(String key) {
    return values.get(key);
  }

  /** The value as text, or null where there is none or it is a structure. */
  public @Nullable String text(String key) {
    Value value = values.get(key);
    return value != null && value.hasStringValue() ? value.getStringValue() : null;
  }

  public void put(String key, Value value) {
    values.put(key, value);
  }
}
