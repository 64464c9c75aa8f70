package io.outrigger.proxy.accesslog;

import java.util.Arrays;

/** Bytes of text that a worker has written and that have not yet been handed on. */
public final class LogBuffer {
  /** The letter after the backslash, of each control character that has one. */
  private static final String SHORT_ESCAPES = "--------btn-fr------------------";

  private byte[] data;
  private int length;

  public LogBuffer(int capacity) {
    this.data = new byte[capacity];
  }

  public byte[] data() {
    return data;
  }

  public int length() {
    return length;
  }

  /** Forgets what lies behind {@code newLength}. */
  public void cut(int newLength) {
    length = newLength;
  }

  private void ensure(int more) {
    if (data.length - length < more) {
      data = Arrays.copyOf(data, Math.max(data.length * 2, length + more));
    }
  }

  public void put(int b) {
    ensure(1);
    data[length++] = (byte) b;
  }

  public void put(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, data, length, count);
    length += count;
  }

  public void put(byte[] source) {
    put(source, 0, source.length);
  }

  /** Appends text as UTF-8; text that is ASCII, as nearly all is, without a copy. */
  public void put(String text) {
    int count = text.length();
    ensure(count * 3);
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        put(text.substring(i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return;
      }
      data[length++] = (byte) c;
    }
  }

  public void putNumber(long number) {
    if (number < 0) {
      put(Long.toString(number));
      return;
    }
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    ensure(digits);
    long rest = number;
    for (int at = length + digits - 1; at >= length; at--) {
      data[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  /** Appends a number with leading zeros, {@code width} digits. */
  void padded(long number, int width) {
    ensure(width);
    long rest = number;
    for (int at = length + width - 1; at >= length; at--) {
      data[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += width;
  }

  /** Escapes what lies from {@code start} on for a JSON string, in place. */
  public void escapeJson(int start) {
    if (!needsEscape(start)) {
      return;
    }
    byte[] raw = Arrays.copyOfRange(data, start, length);
    boolean utf8 = isUtf8(raw);
    length = start;
    for (byte each : raw) {
      int b = each & 0xff;
      int letter = b < ' ' ? SHORT_ESCAPES.charAt(b) : '-';
      if (b >= 0x80 && utf8 || b >= ' ' && b < 0x7f && b != '"' && b != '\\') {
        put(b);
      } else if (b == '"' || b == '\\' || letter != '-') {
        put('\\');
        put(letter == '-' ? b : letter);
      } else {
        put("\\u00");
        put("0123456789abcdef".charAt(b >> 4));
        put("0123456789abcdef".charAt(b & 15));
      }
    }
  }

  /** What isn't, as a whole, is taken for Latin-1, as Envoy takes it. */
  private static boolean isUtf8(byte[] raw) {
    for (int i = 0, sequence; i < raw.length; i += sequence) {
      sequence = raw[i] >= 0 ? 1 : sequence(raw, i);
      if (sequence <= 0) {
        return false;
      }
    }
    return true;
  }

  private boolean needsEscape(int start) {
    for (int i = start; i < length; i++) {
      byte b = data[i];
      if (b < ' ' || b == '"' || b == '\\' || b == 0x7f) {
        return true; // negative bytes, which are not ASCII, too
      }
    }
    return false;
  }

  /** Length of the UTF-8 sequence that begins at {@code i}, or 0 if it isn't one. */
  private static int sequence(byte[] raw, int i) {
    int b = raw[i] & 0xff;
    int count = b >= 0xf0 && b <= 0xf4 ? 4 : b >= 0xe0 ? 3 : b >= 0xc2 ? 2 : 0;
    if (b > 0xf4 || count == 0 || i + count > raw.length) {
      return 0;
    }
    for (int k = 1; k < count; k++) {
      if ((raw[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int second = raw[i + 1] & 0xff;
    boolean overlong = b == 0xe0 && second < 0xa0 || b == 0xf0 && second < 0x90;
    boolean beyond = b == 0xed && second >= 0xa0 || b == 0xf4 && second >= 0x90;
    return overlong || beyond ? 0 : count;
  }
}
