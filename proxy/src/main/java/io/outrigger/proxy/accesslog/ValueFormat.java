package io.outrigger.proxy.accesslog;

import io.outrigger.config.accesslog.LogFormat;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;

/**
 * The formats that make header values, made ready once each: a worker's. What is unset is empty, or
 * a dash where that is asked for.
 */
public final class ValueFormat {
  private final IdentityHashMap<LogFormat, Piece[]> ready = new IdentityHashMap<>();
  private final LogBuffer buffer = new LogBuffer(256);
  private final boolean dashes;

  public ValueFormat() {
    this(false);
  }

  public ValueFormat(boolean dashes) {
    this.dashes = dashes;
  }

  /** Formats an entry; the bytes are {@link #data} from 0 to the length that is returned. */
  public int write(LogFormat format, LogEntry entry) {
    Piece[] pieces = ready.get(format);
    if (pieces == null) {
      if (ready.size() > 10_000) {
        ready.clear(); // formats of route tables that are long gone
      }
      pieces = Pieces.of(format);
      ready.put(format, pieces);
    }
    buffer.cut(0);
    for (Piece piece : pieces) {
      if (!piece.write(buffer, entry) && dashes) {
        buffer.put('-');
      }
    }
    return buffer.length();
  }

  /** Valid until the next {@link #write}. */
  public byte[] data() {
    return buffer.data();
  }

  /** As {@link #write}, as text. */
  public String text(LogFormat format, LogEntry entry) {
    int length = write(format, entry);
    return new String(buffer.data(), 0, length, StandardCharsets.UTF_8);
  }
}
