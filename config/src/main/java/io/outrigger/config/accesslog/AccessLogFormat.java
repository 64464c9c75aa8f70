package io.outrigger.config.accesslog;

/** The shape of a log line. */
public sealed interface AccessLogFormat {
  /** Text; unset values print as {@code -}, or as nothing with {@code omitEmptyValues}. */
  record Text(LogFormat format, boolean omitEmptyValues) implements AccessLogFormat {}

  /** A JSON object a line. */
  record Json(JsonFormat.Fields fields, boolean omitEmptyValues) implements AccessLogFormat {}
}
