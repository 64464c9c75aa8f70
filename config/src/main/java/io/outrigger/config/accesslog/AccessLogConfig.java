package io.outrigger.config.accesslog;

import org.jspecify.annotations.Nullable;

/** One access logger: what is logged, where to, and in what format. */
public record AccessLogConfig(
    String name, @Nullable AccessLogFilter filter, Sink sink, AccessLogFormat format) {

  /** Where lines go. */
  public sealed interface Sink {}

  /** A file that is appended to. */
  public record FileSink(String path) implements Sink {}

  /** Standard output. */
  public record Stdout() implements Sink {}

  /** Standard error. */
  public record Stderr() implements Sink {}
}
