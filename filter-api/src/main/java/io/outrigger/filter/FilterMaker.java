package io.outrigger.filter;

/** A filter that is configured. Its methods are called on every worker thread, at once. */
public interface FilterMaker {
  /**
   * The filter for one exchange. A filter that keeps nothing of an exchange gives the same object
   * each time, and costs no allocation.
   */
  Filter newFilter();

  /** Whether filters are shown bodies; those that are not cost nothing a part. Asked once. */
  default boolean readsBodies() {
    return false;
  }

  /**
   * Whether filters may put other bytes in the place of a body's parts; they are shown bodies then.
   * Messages lose their content-length. Asked once.
   */
  default boolean writesBodies() {
    return false;
  }
}
