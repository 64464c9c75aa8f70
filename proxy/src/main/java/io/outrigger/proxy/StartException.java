package io.outrigger.proxy;

import java.util.List;

/** Why the proxy can't start: a line for each problem, each with its place. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;

  public StartException(String line) {
    this(List.of(line));
  }

  public StartException(List<String> lines) {
    super(String.join("\n", lines));
    this.lines = List.copyOf(lines);
  }

  public List<String> lines() {
    return lines;
  }
}
