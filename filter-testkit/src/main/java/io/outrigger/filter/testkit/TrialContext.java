package io.outrigger.filter.testkit;

import io.outrigger.filter.FilterContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps what a filter says. */
final class TrialContext implements FilterContext {
  final Map<String, Integer> counts = new HashMap<>();
  final List<String> lines = new ArrayList<>();
  private final Map<String, String> notes = new HashMap<>();
  @Nullable String peer;

  @Override
  public String clientAddress() {
    return "192.0.2.1";
  }

  @Override
  public @Nullable String peer() {
    return peer;
  }

  @Override
  public @Nullable String route() {
    return "";
  }

  @Override
  public @Nullable String metadata(String namespace, String key) {
    return notes.get(namespace + "\n" + key);
  }

  @Override
  public void note(String namespace, String key, String value) {
    notes.put(namespace + "\n" + key, value);
  }

  @Override
  public void count(String key) {
    counts.merge(key, 1, Integer::sum);
  }

  @Override
  public void log(String line) {
    lines.add(line);
  }
}
