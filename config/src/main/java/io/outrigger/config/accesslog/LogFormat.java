package io.outrigger.config.accesslog;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A format with %OPERATORS%, parsed: of an access log line, or of a header's value. */
public final class LogFormat {
  private final String source;
  private final List<FormatElement> elements;
  private final byte @Nullable [] constant;

  public LogFormat(String source, List<FormatElement> elements) {
    this.source = source;
    this.elements = List.copyOf(elements);
    this.constant = constantOf(this.elements);
  }

  /** A format of text alone: no operator is looked for. */
  public static LogFormat literal(String text) {
    return new LogFormat(text, List.of(new FormatElement.Literal(text)));
  }

  private static byte @Nullable [] constantOf(List<FormatElement> elements) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (FormatElement element : elements) {
      if (!(element instanceof FormatElement.Literal literal)) {
        return null;
      }
      out.writeBytes(literal.bytes());
    }
    return out.toByteArray();
  }

  public String source() {
    return source;
  }

  public List<FormatElement> elements() {
    return elements;
  }

  /** The bytes that the format always gives, or null if it has an operator. Shared. */
  public byte @Nullable [] constant() {
    return constant;
  }

  @Override
  public String toString() {
    return source;
  }
}
