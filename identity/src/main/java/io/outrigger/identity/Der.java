package io.outrigger.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the little DER (X.690) that a certificate request takes. */
final class Der {
  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return tagged(0x30, parts);
  }

  static byte[] set(byte[]... parts) {
    return tagged(0x31, parts);
  }

  static byte[] octets(byte[] content) {
    return tagged(0x04, content);
  }

  static byte[] bits(byte[] content) {
    return tagged(0x03, new byte[] {0}, content);
  }

  static byte[] zero() {
    return new byte[] {0x02, 1, 0};
  }

  static byte[] yes() {
    return new byte[] {0x01, 1, (byte) 0xff};
  }

  /** An object identifier in dotted form. */
  static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      int arc = Integer.parseInt(arcs[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arc >>> shift != 0) {
          out.write(0x80 | ((arc >>> shift) & 0x7f));
        }
      }
      out.write(arc & 0x7f);
    }
    return tagged(0x06, out.toByteArray());
  }

  static byte[] ascii(int tag, String text) {
    return tagged(tag, text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] tagged(int tag, byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
