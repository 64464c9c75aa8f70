package io.outrigger.filter;

/**
 * Makes filters of one type. Has a public constructor without parameters.
 *
 * <p>Threads: {@link #configure} is called on any thread, perhaps on several at once.
 */
public interface FilterProvider {
  /** The full name that configurations name it by, such as {@code acme.filters.v1.Hello}. */
  String type();

  /**
   * Reads a filter's configuration; called once for each, and again when the jar was replaced.
   *
   * @throws FilterConfigException if it can't be used. The message is shown to whoever wrote it:
   *     say what was found, where, and what is allowed.
   */
  FilterMaker configure(FilterConfig config) throws FilterConfigException;
}
