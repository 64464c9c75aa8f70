package io.outrigger.proxy.listener;

import com.google.protobuf.Value;
import io.outrigger.config.filter.SetFilterStateConfig;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ValueFormat;
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

  /** Notes what a filter set_filter_state is to note. */
  public void note(SetFilterStateConfig config, ValueFormat values, LogEntry entry) {
    for (int i = 0; i < config.entries().size(); i++) {
      SetFilterStateConfig.Entry noted = config.entries().get(i);
      String text = values.text(noted.value(), entry);
      if (!text.isEmpty() || !noted.skipIfEmpty()) {
        put(noted.key(), Value.newBuilder().setStringValue(text).build());
      }
    }
  }

  public void put(String key, Value value) {
    values.put(key, value);
  }
}
