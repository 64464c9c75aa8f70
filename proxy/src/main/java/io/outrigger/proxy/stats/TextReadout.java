package io.outrigger.proxy.stats;

/** A statistic that is a text, such as a version or a state. Any thread may set it. */
public final class TextReadout {
  private final String name;
  private volatile String value = "";

  TextReadout(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  public String value() {
    return value;
  }

  public void set(String newValue) {
    value = newValue;
  }
}
