package io.outrigger.proxy.http2.hpack;

import java.util.Arrays;

/** Which bytes a field's name and value may hold (RFC 9113 section 8.2.1). */
final class FieldRules {
  /** A name or value breaks the rules: the message is malformed. */
  static final int INVALID = 1;

  /** The name has an underscore. */
  static final int UNDERSCORE = 2;

  private static final byte[] NAME = new byte[256];
  private static final boolean[] BAD_VALUE = new boolean[256];

  static {
    Arrays.fill(NAME, (byte) INVALID);
    String token = "!#$%&'*+-.^`|~0123456789abcdefghijklmnopqrstuvwxyz";
    for (int i = 0; i < token.length(); i++) {
      NAME[token.charAt(i)] = 0;
    }
    NAME['_'] = UNDERSCORE;
    for (int b = 0; b < 32; b++) {
      BAD_VALUE[b] = b != '\t';
    }
    BAD_VALUE[127] = true;
  }

  private FieldRules() {}

  static int checkName(byte[] data, int offset, int length) {
    if (length == 0) {
      return INVALID;
    }
    int found = 0;
    int at = data[offset] == ':' ? offset + 1 : offset;
    for (int end = offset + length; at < end; at++) {
      found |= NAME[data[at] & 0xff];
    }
    return found;
  }

  static int checkValue(byte[] data, int offset, int length) {
    for (int at = offset, end = offset + length; at < end; at++) {
      if (BAD_VALUE[data[at] & 0xff]) {
        return INVALID;
      }
    }
    return 0;
  }
}
