package io.outrigger.config.accesslog;

import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses formats: text with {@code %NAME(arguments):length%}; {@code %%} is a percent sign. */
public final class LogFormatParser {
  private LogFormatParser() {}

  /** The format, or an empty one with a problem. */
  public static LogFormat parse(String source, Problems problems) {
    try {
      return new LogFormat(source, elements(source));
    } catch (FormatException e) {
      problems.error(String.valueOf(e.getMessage()));
      return LogFormat.literal("");
    }
  }

  private static List<FormatElement> elements(String source) throws FormatException {
    List<FormatElement> elements = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c != '%') {
        text.append(c);
        at++;
      } else if (at + 1 < source.length() && source.charAt(at + 1) == '%') {
        text.append('%');
        at += 2;
      } else {
        Command command = command(source, at);
        FormatElement element =
            OperatorParser.parse(command.name(), command.arguments(), command.maxLength());
        if (element instanceof FormatElement.Literal literal) {
          text.append(literal.text());
        } else {
          flush(text, elements);
          elements.add(element);
        }
        at = command.end();
      }
    }
    flush(text, elements);
    return elements;
  }

  private static void flush(StringBuilder text, List<FormatElement> elements) {
    if (!text.isEmpty()) {
      elements.add(new FormatElement.Literal(text.toString()));
      text.setLength(0);
    }
  }

  /** An operator as written; {@code end} is the place after its last percent sign. */
  private record Command(String name, @Nullable String arguments, int maxLength, int end) {}

  private static Command command(String source, int start) throws FormatException {
    int at = start + 1;
    while (at < source.length() && isNameCharacter(source.charAt(at))) {
      at++;
    }
    String name = source.substring(start + 1, at);
    if (name.isEmpty()) {
      throw incorrect(source, start);
    }
    String arguments = null;
    if (at < source.length() && source.charAt(at) == '(') {
      int close = source.indexOf(')', at);
      if (close < 0) {
        throw incorrect(source, start);
      }
      arguments = source.substring(at + 1, close);
      at = close + 1;
    }
    int maxLength = 0;
    if (at < source.length() && source.charAt(at) == ':') {
      int digits = at + 1;
      at = digits;
      while (at < source.length() && Character.isDigit(source.charAt(at))) {
        at++;
      }
      if (at == digits || at - digits > 9) {
        throw new FormatException(
            "the length of %" + name + "% must be a number: " + source.substring(start));
      }
      maxLength = Integer.parseInt(source, digits, at, 10);
    }
    if (at >= source.length() || source.charAt(at) != '%') {
      throw incorrect(source, start);
    }
    return new Command(name, arguments, maxLength, at + 1);
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private static FormatException incorrect(String source, int start) {
    return new FormatException(
        "incorrect configuration: "
            + source
            + ". Couldn't find a valid operator at position "
            + start
            + "; %NAME%, %NAME(ARGUMENTS)% and %NAME(ARGUMENTS):LENGTH% are allowed, and %% for a"
            + " percent sign");
  }
}
