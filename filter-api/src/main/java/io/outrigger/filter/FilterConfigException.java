package io.outrigger.filter;

/** A configuration that a filter can't use. */
public final class FilterConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  public FilterConfigException(String message) {
    super(message);
  }
}
