package io.outrigger.proxy.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where log lines go, and how they look: standard error, or the file of {@code --log-path}. */
public final class LogOutput {
  /** Envoy's default, less the source location that a JVM can't tell cheaply. */
  private static final String DEFAULT_FORMAT = "[%Y-%m-%d %T.%e][%t][%l][%n] %v";

  private static volatile OutputStream out = new FileOutputStream(FileDescriptor.err);
  private static volatile String format = DEFAULT_FORMAT;

  private LogOutput() {}

  /** Sends what follows to a file, appending. */
  public static void toFile(Path path) throws IOException {
    out = new FileOutputStream(path.toFile(), true);
  }

  /** A pattern with spdlog's flags: %Y %m %d %T %H %M %S %e %t %l %n %v %P and %%. */
  public static void format(String pattern) {
    format = pattern;
  }

  static void write(Level level, String component, String message, @Nullable Throwable cause) {
    String pattern = format;
    StringBuilder line = new StringBuilder(message.length() + 64);
    StringBuilder time = new StringBuilder(23);
    Log.appendTime(time, System.currentTimeMillis());
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%' || ++i == pattern.length()) {
        line.append(c);
        continue;
      }
      switch (pattern.charAt(i)) {
        case 'Y' -> line.append(time, 0, 4);
        case 'm' -> line.append(time, 5, 7);
        case 'd' -> line.append(time, 8, 10);
        case 'T' -> line.append(time, 11, 19);
        case 'H' -> line.append(time, 11, 13);
        case 'M' -> line.append(time, 14, 16);
        case 'S' -> line.append(time, 17, 19);
        case 'e' -> line.append(time, 20, 23);
        case 't' -> line.append(Thread.currentThread().threadId());
        case 'P' -> line.append(ProcessHandle.current().pid());
        case 'l' -> line.append(level.text());
        case 'L' -> line.append(Character.toUpperCase(level.text().charAt(0)));
        case 'n' -> line.append(component);
        case 'v', '_' -> line.append(message);
        case '^', '$', 'g', '#', '@', '!', 's' -> {} // colour and source: not known here
        default -> line.append(pattern.charAt(i));
      }
    }
    line.append('\n');
    if (cause != null) {
      StringWriter stack = new StringWriter();
      cause.printStackTrace(new PrintWriter(stack));
      line.append(stack);
    }
    byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
    try {
      out.write(bytes); // one write a line, so that lines of several threads don't mix
    } catch (IOException e) {
      // a log that can't be written has nobody to tell
    }
  }
}
