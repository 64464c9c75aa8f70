package io.outrigger.proxy.listener;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a PROXY protocol header, version 1 or 2, from the first bytes of a connection, as HAProxy's
 * specification (proxy-protocol.txt) defines it.
 */
final class ProxyHeader {
  /** What the bytes so far are. */
  sealed interface Look {}

  record NeedMore() implements Look {}

  /** The bytes aren't the start of a header. */
  record Absent() implements Look {}

  /** A header that breaks the specification. */
  record Malformed(String reason) implements Look {}

  /** A header of {@code length} bytes; without addresses (LOCAL, UNKNOWN) both are null. */
  record Found(
      int version,
      int length,
      @Nullable InetSocketAddress source,
      @Nullable InetSocketAddress destination,
      List<Tlv> tlvs)
      implements Look {}

  /** An extension of version 2: section 2.2. */
  record Tlv(int type, byte[] value) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Tlv tlv && tlv.type == type && Arrays.equals(tlv.value, value);
    }

    @Override
    public int hashCode() {
      return type;
    }
  }

  private static final Look NEED_MORE = new NeedMore();
  private static final Look ABSENT = new Absent();

  private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] V2 = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  /** "The maximum line length": section 2.1. */
  private static final int V1_MAX = 107;

  private static final int V2_HEADER = 16;
  private static final int MAX_V2_BODY = 16 * 1024;

  private ProxyHeader() {}

  /** Looks at the readable bytes without consuming them. */
  static Look read(ByteBuf bytes) {
    int common2 = common(bytes, V2);
    if (common2 == V2.length) {
      return version2(bytes);
    }
    int common1 = common(bytes, V1);
    if (common1 == V1.length) {
      return version1(bytes);
    }
    int present = bytes.readableBytes();
    return common1 == present || common2 == present ? NEED_MORE : ABSENT;
  }

  private static int common(ByteBuf bytes, byte[] prefix) {
    int length = Math.min(bytes.readableBytes(), prefix.length);
    for (int i = 0; i < length; i++) {
      if (bytes.getByte(bytes.readerIndex() + i) != prefix[i]) {
        return i;
      }
    }
    return length;
  }

  private static Look version1(ByteBuf bytes) {
    int start = bytes.readerIndex();
    int end = bytes.indexOf(start, Math.min(start + V1_MAX, bytes.writerIndex()), (byte) '\n');
    if (end < 0) {
      return bytes.readableBytes() >= V1_MAX
          ? new Malformed("the line has no end within 107 bytes")
          : NEED_MORE;
    }
    if (bytes.getByte(end - 1) != '\r') {
      return new Malformed("the line doesn't end in CR LF");
    }
    int length = end + 1 - start;
    String line = bytes.toString(start, length - 2, StandardCharsets.US_ASCII);
    String[] words = line.split(" ", -1);
    if (words[1].equals("UNKNOWN")) {
      return new Found(1, length, null, null, List.of());
    }
    if (words.length != 6 || !(words[1].equals("TCP4") || words[1].equals("TCP6"))) {
      return new Malformed("not PROXY TCP4|TCP6 source destination port port");
    }
    boolean six = words[1].equals("TCP6");
    InetSocketAddress source = address(words[2], words[4], six);
    InetSocketAddress destination = address(words[3], words[5], six);
    return source == null || destination == null
        ? new Malformed("an address or port can't be read")
        : new Found(1, length, source, destination, List.of());
  }

  private static @Nullable InetSocketAddress address(String host, String port, boolean six) {
    byte[] ip =
        (six ? NetUtil.isValidIpV6Address(host) : NetUtil.isValidIpV4Address(host))
            ? NetUtil.createByteArrayFromIpAddressString(host)
            : null;
    if (ip == null || port.isEmpty() || port.length() > 5) {
      return null;
    }
    int number = 0;
    for (int i = 0; i < port.length(); i++) {
      char digit = port.charAt(i);
      if (digit < '0' || digit > '9') {
        return null;
      }
      number = number * 10 + digit - '0';
    }
    return number > 65535 ? null : address(ip, number);
  }

  private static @Nullable InetSocketAddress address(byte[] ip, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static Look version2(ByteBuf bytes) {
    if (bytes.readableBytes() < V2_HEADER) {
      return NEED_MORE;
    }
    int start = bytes.readerIndex();
    int versionAndCommand = bytes.getUnsignedByte(start + 12);
    int family = bytes.getUnsignedByte(start + 13);
    int body = bytes.getUnsignedShort(start + 14);
    if (versionAndCommand >> 4 != 2 || (versionAndCommand & 0xf) > 1) {
      return new Malformed("version and command are " + Integer.toHexString(versionAndCommand));
    }
    if (body > MAX_V2_BODY) {
      return new Malformed("the header has " + body + " bytes");
    }
    int length = V2_HEADER + body;
    if (bytes.readableBytes() < length) {
      return NEED_MORE;
    }
    boolean local = (versionAndCommand & 0xf) == 0;
    int size = family == 0x11 ? 4 : family == 0x21 ? 16 : 0;
    if (local || size == 0) {
      return new Found(
          2, length, null, null, List.of()); // LOCAL, or a family that isn't TCP over IP
    }
    if (body < 2 * size + 4) {
      return new Malformed("the addresses are cut short");
    }
    byte[] source = new byte[size];
    byte[] destination = new byte[size];
    int at = start + V2_HEADER;
    bytes.getBytes(at, source).getBytes(at + size, destination);
    List<Tlv> tlvs = tlvs(bytes, at + 2 * size + 4, start + length);
    if (tlvs == null) {
      return new Malformed("an extension is cut short");
    }
    return new Found(
        2,
        length,
        address(source, bytes.getUnsignedShort(at + 2 * size)),
        address(destination, bytes.getUnsignedShort(at + 2 * size + 2)),
        tlvs);
  }

  /** Those between these indices; null: the last has no end. */
  private static @Nullable List<Tlv> tlvs(ByteBuf bytes, int from, int end) {
    if (from == end) {
      return List.of();
    }
    List<Tlv> found = new ArrayList<>(4);
    for (int at = from; at < end; ) {
      int length = at + 3 <= end ? bytes.getUnsignedShort(at + 1) : -1;
      if (length < 0 || at + 3 + length > end) {
        return null;
      }
      byte[] value = new byte[length];
      bytes.getBytes(at + 3, value);
      found.add(new Tlv(bytes.getUnsignedByte(at), value));
      at += 3 + length;
    }
    return found;
  }
}
