package io.outrigger.api.yaml;

/** A text that is not YAML; the message says what is wrong, {@link #place} where. */
public final class YamlException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Place place;

  public YamlException(Place place, String message) {
    super(message);
    this.place = place;
  }

  public Place place() {
    return place;
  }

  /** {@code file:line:column: message}. */
  public String text() {
    return place + ": " + getMessage();
  }
}
