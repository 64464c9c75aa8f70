package io.outrigger.api.schema;

import org.jspecify.annotations.Nullable;

/** Writes JSON, with one space of indent a level as Envoy's admin pages have it, or on one line. */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;
  private int depth;
  private boolean first = true;
  private boolean afterName;

  public JsonWriter(boolean pretty) {
    this.pretty = pretty;
  }

  public JsonWriter beginObject() {
    return begin('{');
  }

  public JsonWriter endObject() {
    return end('}');
  }

  public JsonWriter beginArray() {
    return begin('[');
  }

  public JsonWriter endArray() {
    return end(']');
  }

  public JsonWriter name(String name) {
    separate();
    quote(name);
    out.append(pretty ? ": " : ":");
    afterName = true;
    return this;
  }

  public JsonWriter value(@Nullable String text) {
    if (text == null) {
      return raw("null");
    }
    separate();
    quote(text);
    return this;
  }

  public JsonWriter value(long number) {
    return raw(Long.toString(number));
  }

  public JsonWriter value(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return value(Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
    }
    boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
    return raw(whole ? Long.toString((long) number) : Double.toString(number));
  }

  public JsonWriter value(boolean bool) {
    return raw(Boolean.toString(bool));
  }

  /** A value that is JSON already. */
  public JsonWriter raw(String json) {
    separate();
    out.append(json);
    return this;
  }

  private JsonWriter begin(char c) {
    separate();
    out.append(c);
    depth++;
    first = true;
    return this;
  }

  private JsonWriter end(char c) {
    depth--;
    if (!first) {
      line();
    }
    out.append(c);
    first = false;
    return this;
  }

  private void separate() {
    if (afterName) {
      afterName = false;
      return;
    }
    if (depth > 0) {
      if (!first) {
        out.append(',');
      }
      line();
    }
    first = false;
  }

  private void line() {
    if (pretty) {
      out.append('\n').repeat(' ', depth);
    }
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f) {
            out.append("\\u00")
                .append(Character.forDigit(c >> 4, 16))
                .append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
