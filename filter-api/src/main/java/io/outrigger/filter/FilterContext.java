package io.outrigger.filter;

import org.jspecify.annotations.Nullable;

/** What a filter may know and say beside the messages themselves. */
public interface FilterContext {
  /** The client's address, as the proxy trusts it; without a port. */
  String clientAddress();

  /** The SPIFFE identity in the client's certificate; null without one. */
  @Nullable String peer();

  /** The name of the route that was chosen; empty if it has none, null if there is no route. */
  @Nullable String route();

  /** A text of the exchange's dynamic metadata; null if there is none. */
  @Nullable String metadata(String namespace, String key);

  /** Notes a text in the exchange's dynamic metadata, for filters behind this one and for logs. */
  void note(String namespace, String key, String value);

  /**
   * Adds one to a counter of the filter's own: {@code user_filter.NAME.KEY} in the proxy's
   * statistics. A filter has at most 64 of them; what comes on top isn't counted.
   */
  void count(String key);

  /** Writes a line to the proxy's log, at level info; at most a line a second a filter. */
  void log(String line);
}
