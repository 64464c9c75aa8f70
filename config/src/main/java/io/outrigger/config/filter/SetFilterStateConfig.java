package io.outrigger.config.filter;

import io.outrigger.config.accesslog.LogFormat;
import java.util.List;

/** set_filter_state, the HTTP filter and the network filter: what is noted under which keys. */
public record SetFilterStateConfig(List<Entry> entries) implements FilterConfig {
  public SetFilterStateConfig {
    entries = List.copyOf(entries);
  }

  /** A key and the format of its value; {@code skipIfEmpty}: nothing is noted of no value. */
  public record Entry(String key, LogFormat value, boolean skipIfEmpty) {}
}
