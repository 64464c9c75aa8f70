package io.outrigger.cli.explain;

/**
 * One setting in force.
 *
 * @param name in plain words
 * @param value with its unit
 * @param from who set it: the mesh, a resource with its file and line, or the default
 */
record Setting(String name, String value, String from) {
  static final String DEFAULT = "default";
}
