package io.outrigger.proxy.http;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values that one worker writes into headers again and again, without making Strings. */
public final class Text {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Worker worker;
  private final byte[] scratch = new byte[64];
  private byte[] date = new byte[0];
  private long dateSecond = Long.MIN_VALUE;

  Text(Worker worker) {
    this.worker = worker;
  }

  /** The date header's value (RFC 9110 5.6.7), made once a second. */
  byte[] date(long epochMillis) {
    long second = epochMillis / 1000;
    if (second != dateSecond) {
      dateSecond = second;
      date = IMF_FIXDATE.format(Instant.ofEpochSecond(second)).getBytes(StandardCharsets.US_ASCII);
    }
    return date;
  }

  /** Appends a header with a number that isn't negative. */
  public void addNumber(Headers headers, HeaderName name, long number) {
    int at = digits(number);
    headers.add(name, scratch, at, scratch.length - at);
  }

  /** Sets a header to a number that isn't negative. */
  public void setNumber(Headers headers, HeaderName name, long number) {
    int at = digits(number);
    headers.set(name, scratch, at, scratch.length - at);
  }

  private int digits(long number) {
    int at = scratch.length;
    long rest = number;
    do {
      scratch[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    return at;
  }

  /** Appends a header with a new random UUID (RFC 9562 5.4). */
  void addUuid(Headers headers, HeaderName name) {
    long high = worker.randomLong() & ~0xf000L | 0x4000L;
    long low = worker.randomLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
    int at = hex(high, 60, 8, 0);
    scratch[at++] = '-';
    at = hex(high, 28, 4, at);
    scratch[at++] = '-';
    at = hex(high, 12, 4, at);
    scratch[at++] = '-';
    at = hex(low, 60, 4, at);
    scratch[at++] = '-';
    at = hex(low, 44, 12, at);
    headers.add(name, scratch, 0, at);
  }

  private int hex(long value, int shift, int digits, int offset) {
    int at = offset;
    for (int s = shift, last = shift - 4 * (digits - 1); s >= last; s -= 4) {
      scratch[at++] = HEX[(int) (value >>> s) & 15];
    }
    return at;
  }
}
