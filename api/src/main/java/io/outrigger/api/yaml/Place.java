package io.outrigger.api.yaml;

/**
 * A position in a text, printed as {@code file:line:column}; or all of what has no lines.
 *
 * @param file as the user named it
 * @param line from 1; 0: {@code file} names an object that isn't a text
 * @param column from 1
 */
public record Place(String file, int line, int column) {
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
