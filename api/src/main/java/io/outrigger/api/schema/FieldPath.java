package io.outrigger.api.schema;

import org.jspecify.annotations.Nullable;

/**
 * Where in a message something is, such as {@code static_resources.listeners[0].address}. Its text
 * is made when it is asked for: most fields of most configurations are right. Immutable.
 */
public final class FieldPath {
  /** The message itself; its text is empty. */
  public static final FieldPath ROOT = new FieldPath(null, "", Kind.TEXT, 0);

  private enum Kind {
    TEXT,
    FIELD,
    ITEM,
    ENTRY,
    QUOTED_ENTRY
  }

  private final @Nullable FieldPath parent;
  private final String name;
  private final Kind kind;
  private final int index;

  private FieldPath(@Nullable FieldPath parent, String name, Kind kind, int index) {
    this.parent = parent;
    this.name = name;
    this.kind = kind;
    this.index = index;
  }

  /** A path that another one's text begins. */
  public static FieldPath of(String text) {
    return text.isEmpty() ? ROOT : new FieldPath(null, text, Kind.TEXT, 0);
  }

  public boolean isRoot() {
    return this == ROOT;
  }

  /** A field of the message that is here. */
  public FieldPath field(String field) {
    return new FieldPath(this, field, Kind.FIELD, 0);
  }

  /** An item of the repeated field that is here, from 0 on. */
  public FieldPath item(int of) {
    return new FieldPath(this, "", Kind.ITEM, of);
  }

  /** An entry of the map that is here: {@code [key]}. */
  public FieldPath entry(String key) {
    return new FieldPath(this, key, Kind.ENTRY, 0);
  }

  /** An entry of the map that is here: {@code ["key"]}. */
  public FieldPath quotedEntry(String key) {
    return new FieldPath(this, key, Kind.QUOTED_ENTRY, 0);
  }

  private void write(StringBuilder to) {
    if (parent != null) {
      parent.write(to);
    }
    switch (kind) {
      case TEXT -> to.append(name);
      case FIELD -> to.append(to.isEmpty() ? "" : ".").append(name);
      case ITEM -> to.append('[').append(index).append(']');
      case ENTRY -> to.append('[').append(name).append(']');
      case QUOTED_ENTRY -> to.append("[\"").append(name).append("\"]");
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    write(text);
    return text.toString();
  }
}
