package io.outrigger.proxy.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of one message as they are read, and what they say of its framing.
 *
 * <p>Both sides use it: {@link RequestLine} and {@link StatusLine} read the first line. One a
 * connection, reused from message to message.
 */
@SuppressWarnings("ReferenceEquality") // known names are interned, the block gives the one object
final class MessageHead {
  static final int NO_SLOT = -1;
  static final long NO_LENGTH = -1;
  private static final byte[] CHUNKED = "chunked".getBytes(US_ASCII);

  private final Http1Settings settings;
  private final boolean request;
  private int count;
  private int lastSlot;

  @Nullable Headers headers;
  private @Nullable Spelling spelling;
  long contentLength;
  boolean chunked;
  boolean otherTransferEncoding;
  boolean http10;
  boolean connectionClose;
  boolean connectionKeepAlive;
  boolean connectionUpgrade;
  int upgradeSlot;
  int lengthSlot;
  int transferEncodingSlot;

  /** Slot of a response's Keep-Alive. */
  int keepAliveSlot;

  int hosts;

  /** Slot of :authority that the Host field fills, or {@link #NO_SLOT} where the target did. */
  int authoritySlot;

  MessageHead(Http1Settings settings, boolean request) {
    this.settings = settings;
    this.request = request;
  }

  /** Begins a head, whose names' spelling may be asked for. */
  void beginHead(Headers block) {
    begin(block);
    if (settings.preservesCase()) {
      spelling = block.spell(settings.names() == Http1Settings.Names.PRESERVE_CASE_ELSE_PROPER);
    }
  }

  void begin(Headers block) {
    headers = block;
    spelling = null;
    count = 0;
    lastSlot = NO_SLOT;
    contentLength = NO_LENGTH;
    chunked = false;
    otherTransferEncoding = false;
    http10 = false;
    connectionClose = false;
    connectionKeepAlive = false;
    connectionUpgrade = false;
    upgradeSlot = NO_SLOT;
    lengthSlot = NO_SLOT;
    transferEncodingSlot = NO_SLOT;
    keepAliveSlot = NO_SLOT;
    hosts = 0;
    authoritySlot = NO_SLOT;
  }

  /** Reads the field line between these offsets of the block. */
  @Nullable Http1Error field(int start, int end) {
    Headers block = headers;
    assert block != null;
    byte[] data = block.data();
    if (FieldBytes.isBlank(data[start])) {
      return fold(block, start, end);
    }
    Spelling written = spelling;
    if (written != null) {
      written.hold(data, start, end);
    }
    int hash = 0;
    int colon = start;
    for (; colon < end; colon++) {
      byte lower = FieldBytes.tokenLowerCase(data[colon]);
      if (lower == 0) {
        break;
      }
      data[colon] = lower;
      hash = 31 * hash + lower;
    }
    if (colon == start || colon == end || data[colon] != ':') {
      return Http1Error.MALFORMED;
    }
    int value = colon + 1;
    int valueEnd = end;
    while (value < valueEnd && FieldBytes.isBlank(data[value])) {
      value++;
    }
    while (valueEnd > value && FieldBytes.isBlank(data[valueEnd - 1])) {
      valueEnd--;
    }
    valueEnd = checkValue(data, value, valueEnd);
    if (valueEnd < 0) {
      return Http1Error.INVALID_CHARACTERS;
    }
    if (++count > settings.maxHeadersCount()) {
      return Http1Error.TOO_MANY_HEADERS;
    }
    if (settings.underscores() != Http1Settings.Underscores.ALLOW
        && contains(data, start, colon, '_')) {
      lastSlot = NO_SLOT;
      return settings.underscores() == Http1Settings.Underscores.REJECT_REQUEST
          ? Http1Error.UNDERSCORE
          : null;
    }
    lastSlot = block.slots();
    if (written != null) {
      written.keep(HeaderName.mix(hash), colon - start);
    }
    HeaderName name =
        block.addHashed(HeaderName.mix(hash), start, colon - start, value, valueEnd - value);
    return name == null ? null : note(block, name, lastSlot);
  }

  /** Checks a value's bytes; drops a lone CR, as Envoy does. Returns the value's end, or -1. */
  private static int checkValue(byte[] data, int start, int end) {
    for (int i = start; i < end; i++) {
      if (FieldBytes.isBadInValue(data[i])) {
        if (data[i] != '\r') {
          return -1;
        }
        System.arraycopy(data, i + 1, data, i, end - i - 1);
        return checkValue(data, i, end - 1);
      }
    }
    return end;
  }

  private static boolean contains(byte[] data, int start, int end, char wanted) {
    for (int i = start; i < end; i++) {
      if (data[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  /** A folded line (obs-fold, RFC 9112 5.2) goes on with the last value; its blanks stay. */
  private @Nullable Http1Error fold(Headers block, int start, int end) {
    if (count == 0) {
      return Http1Error.MALFORMED;
    }
    if (lastSlot == NO_SLOT) {
      return null;
    }
    byte[] data = block.data();
    int from = start;
    int to = end;
    while (to > from && FieldBytes.isBlank(data[to - 1])) {
      to--;
    }
    HeaderName name = block.name(lastSlot);
    if (isFraming(name)) {
      return Http1Error.MALFORMED; // a length or coding in two lines is nobody's honest request
    }
    to = checkValue(data, from, to);
    if (to < 0) {
      return Http1Error.INVALID_CHARACTERS;
    }
    int valueEnd = block.valueOffset(lastSlot) + block.valueLength(lastSlot);
    if (from < to) {
      System.arraycopy(data, from, data, valueEnd, to - from);
      block.setValueInPlace(
          lastSlot, block.valueOffset(lastSlot), block.valueLength(lastSlot) + to - from);
    }
    return null;
  }

  private static boolean isFraming(@Nullable HeaderName name) {
    return name == HeaderName.CONTENT_LENGTH
        || name == HeaderName.TRANSFER_ENCODING
        || name == HeaderName.HOST
        || name == HeaderName.CONNECTION
        || name == HeaderName.UPGRADE;
  }

  private @Nullable Http1Error note(Headers block, HeaderName name, int slot) {
    if (name == HeaderName.HOST) {
      return request ? host(block, slot) : null;
    }
    if (name == HeaderName.CONTENT_LENGTH) {
      return length(block, slot);
    }
    if (name == HeaderName.CONNECTION) {
      connection(block, slot);
    } else if (name == HeaderName.TRANSFER_ENCODING) {
      boolean first = transferEncodingSlot == NO_SLOT;
      transferEncodingSlot = slot;
      if (first && block.valueEqualsIgnoreCase(slot, CHUNKED)) {
        chunked = true;
      } else {
        otherTransferEncoding = true;
      }
    } else if (name == HeaderName.UPGRADE) {
      upgradeSlot = slot;
    } else if (name == HeaderName.KEEP_ALIVE && !request) {
      keepAliveSlot = slot;
    }
    return null;
  }

  /** The seconds of a Keep-Alive's timeout (RFC 2068 section 19.7.1.1); 0: not said. */
  int keepAliveSeconds() {
    Headers block = headers;
    if (block == null || keepAliveSlot == NO_SLOT) {
      return 0;
    }
    String value = block.value(keepAliveSlot);
    int at = value.indexOf("timeout=");
    int seconds = 0;
    for (int i = at + "timeout=".length(); at >= 0 && i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9 || seconds > 100_000) {
        break;
      }
      seconds = seconds * 10 + digit;
    }
    return seconds;
  }

  /**
   * Host becomes :authority, unless the target was absolute: then that decides (RFC 9112 3.2.2).
   */
  private @Nullable Http1Error host(Headers block, int slot) {
    block.removeSlot(slot);
    if (hosts++ > 0) {
      return Http1Error.MALFORMED; // RFC 9112 3.2: more than one Host is a 400
    }
    if (authoritySlot != NO_SLOT) {
      block.setValueInPlace(authoritySlot, block.valueOffset(slot), block.valueLength(slot));
    }
    return null;
  }

  private @Nullable Http1Error length(Headers block, int slot) {
    if (lengthSlot != NO_SLOT) {
      return Http1Error.MALFORMED;
    }
    lengthSlot = slot;
    int digits = block.valueLength(slot);
    if (digits == 0 || digits > 18) {
      return Http1Error.MALFORMED;
    }
    byte[] data = block.data();
    long value = 0;
    for (int i = block.valueOffset(slot), end = i + digits; i < end; i++) {
      int digit = data[i] - '0';
      if (digit < 0 || digit > 9) {
        return Http1Error.MALFORMED;
      }
      value = value * 10 + digit;
    }
    contentLength = value;
    return null;
  }

  private void connection(Headers block, int slot) {
    byte[] data = block.data();
    int at = block.valueOffset(slot);
    int end = at + block.valueLength(slot);
    while (at < end) {
      int comma = at;
      while (comma < end && data[comma] != ',') {
        comma++;
      }
      int from = at;
      int to = comma;
      while (from < to && FieldBytes.isBlank(data[from])) {
        from++;
      }
      while (to > from && FieldBytes.isBlank(data[to - 1])) {
        to--;
      }
      switch (to - from) {
        case 5 -> connectionClose |= isToken(data, from, "close");
        case 7 -> connectionUpgrade |= isToken(data, from, "upgrade");
        case 10 -> connectionKeepAlive |= isToken(data, from, "keep-alive");
        default -> {}
      }
      at = comma + 1;
    }
  }

  private static boolean isToken(byte[] data, int from, String lowerCase) {
    for (int i = 0; i < lowerCase.length(); i++) {
      if (FieldBytes.tokenLowerCase(data[from + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
