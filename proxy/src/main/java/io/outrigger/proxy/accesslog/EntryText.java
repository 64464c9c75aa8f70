package io.outrigger.proxy.accesslog;

import io.outrigger.config.accesslog.AccessLogFormat;

/** A configured format that makes a text of an entry, where no file is meant. One a worker. */
public final class EntryText {
  private final LineFormat format;
  private final LogBuffer buffer = new LogBuffer(256);

  public EntryText(AccessLogFormat format) {
    this.format = LineFormat.of(format);
  }

  /** The bytes of the text. */
  public byte[] bytes(LogEntry entry) {
    buffer.cut(0);
    format.write(buffer, entry);
    return java.util.Arrays.copyOf(buffer.data(), buffer.length());
  }
}
