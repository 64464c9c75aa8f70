package io.outrigger.api.yaml;

/**
 * A position in a text, printed as {@code file:line:column}.
 *
 * @param file as the user named it
 * @param line from 1
 * @param column from 1
 */
public record Place(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
