package io.outrigger.control.resource;

/** A place in a file; line and column count from one. */
public record Origin(String file, int line, int column) {
  @Override
  public String toString() {
    return line <= 0 ? file : file + ":" + line + ":" + column;
  }
}
