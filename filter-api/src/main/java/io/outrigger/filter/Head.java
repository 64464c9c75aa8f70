package io.outrigger.filter;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request or a response. Names are in lower case, and compared so. Values are text
 * in UTF-8; a byte that is no part of a character reads as {@code !}. Changes reach whoever is
 * behind this filter.
 */
public interface Head {
  /** The first value of a header, or null. */
  @Nullable String get(String name);

  /** All values of a header, in their order. */
  List<String> all(String name);

  /** The names of all headers, without those that begin with a colon. */
  Set<String> names();

  /**
   * Puts one value in place of all.
   *
   * @throws IllegalArgumentException if HTTP doesn't allow the name or the value, or the name
   *     begins with a colon, or is one that the proxy keeps: host, content-length,
   *     transfer-encoding, connection
   */
  void set(String name, String value);

  /** Adds a value; as {@link #set}. */
  void add(String name, String value);

  /** Takes all values of a header away; as {@link #set}. */
  void remove(String name);
}
