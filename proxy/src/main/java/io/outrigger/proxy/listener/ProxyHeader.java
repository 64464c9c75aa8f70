package io.outrigger.proxy.listener;

import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import io.outrigger.config.proxyprotocol.Tlv;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a PROXY protocol header, version 1 or 2, from the first bytes of a connection, as HAProxy's
 * specification (proxy-protocol.txt) defines it.
 */
final class ProxyHeader {
  /** What the bytes so far are. */
  sealed interface Look {
    /** Of the header, 1 or 2; 0: there is none, or not enough of it. */
    default int version() {
      return 0;
    }
  }

  record NeedMore() implements Look {}

  /** The bytes aren't the start of a header. */
  record Absent() implements Look {}

  /** A header that breaks the specification. */
  record Malformed(int version, String reason) implements Look {}

  /** A header of {@code length} bytes; without addresses (LOCAL, UNKNOWN) both are null. */
  record Found(
      int version,
      int length,
      @Nullable InetSocketAddress source,
      @Nullable InetSocketAddress destination,
      List<Tlv> tlvs)
      implements Look {}

  private static final Look NEED_MORE = new NeedMore();
  private static final Look ABSENT = new Absent();

  private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] V2 = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  /** With its end; section 2.1 has a buffer of so many bytes, and Envoy takes it whole. */
  private static final int V1_MAX = 108;

  /** An octet that inet_pton doesn't take: others read it as octal. */
  private static final Pattern LEADING_ZERO = Pattern.compile("(^|\\.)0[0-9]");

  private static final InetAddress BROADCAST = address(new byte[] {-1, -1, -1, -1}, 0).getAddress();

  private static final int V2_HEADER = 16;

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
          ? new Malformed(1, "the line has no end within 108 bytes")
          : NEED_MORE;
    }
    if (bytes.getByte(end - 1) != '\r') {
      return new Malformed(1, "the line doesn't end in CR LF");
    }
    int length = end + 1 - start;
    String line = bytes.toString(start, length - 2, StandardCharsets.US_ASCII).stripTrailing();
    String[] words = line.split(" ", -1);
    if (words.length > 1 && words[1].equals("UNKNOWN")) {
      return new Found(1, length, null, null, List.of());
    }
    if (words.length != 6 || !(words[1].equals("TCP4") || words[1].equals("TCP6"))) {
      return new Malformed(1, "not PROXY TCP4|TCP6 source destination port port");
    }
    boolean six = words[1].equals("TCP6");
    InetSocketAddress source = address(words[2], words[4], six);
    InetSocketAddress destination = address(words[3], words[5], six);
    return source != null && destination != null && isUnicast(source) && isUnicast(destination)
        ? new Found(1, length, source, destination, List.of())
        : new Malformed(1, "an address or port can't be read");
  }

  private static @Nullable InetSocketAddress address(String host, String port, boolean six) {
    boolean valid =
        six
            ? NetUtil.isValidIpV6Address(host) && host.charAt(0) != '['
            : NetUtil.isValidIpV4Address(host) && !LEADING_ZERO.matcher(host).find();
    int number = port(port);
    return valid && number >= 0 ? address(bytes(host, six), number) : null;
  }

  private static byte[] bytes(String valid, boolean six) {
    byte[] ip = InetAddress.ofLiteral(valid).getAddress();
    if (!six || ip.length == 16) {
      return ip;
    }
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    System.arraycopy(ip, 0, mapped, 12, 4);
    return mapped;
  }

  /** With white space around it and a sign before it, as Envoy takes it; -1: it isn't one. */
  private static int port(String text) {
    String digits = text.strip();
    try {
      int number = digits.length() > 20 ? -1 : Integer.parseInt(digits);
      return number > 65535 ? -1 : number;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** One of IPv6 stays one, also if it maps one of IPv4. */
  private static InetSocketAddress address(byte[] ip, int port) {
    try {
      InetAddress address =
          ip.length == 16 ? Inet6Address.getByAddress(null, ip, -1) : InetAddress.getByAddress(ip);
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e); // 4 or 16 bytes
    }
  }

  private static boolean isUnicast(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    return !ip.isAnyLocalAddress() && !ip.isMulticastAddress() && !BROADCAST.equals(ip);
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
      return new Malformed(2, "version and command are " + Integer.toHexString(versionAndCommand));
    }
    int length = V2_HEADER + body;
    if (bytes.readableBytes() < length) {
      return NEED_MORE;
    }
    if ((versionAndCommand & 0xf) == 0) {
      return new Found(2, length, null, null, List.of()); // LOCAL
    }
    int size = family == 0x11 || family == 0x12 ? 4 : family == 0x21 || family == 0x22 ? 16 : 0;
    if (size == 0) {
      return new Malformed(2, "family and protocol are " + Integer.toHexString(family));
    }
    if (body < 2 * size + 4) {
      return new Malformed(2, "the addresses are cut short");
    }
    byte[] source = new byte[size];
    byte[] destination = new byte[size];
    int at = start + V2_HEADER;
    bytes.getBytes(at, source).getBytes(at + size, destination);
    List<Tlv> tlvs = tlvs(bytes, at + 2 * size + 4, start + length);
    if (tlvs == null) {
      return new Malformed(2, "an extension is cut short");
    }
    InetSocketAddress from = address(source, bytes.getUnsignedShort(at + 2 * size));
    InetSocketAddress to = address(destination, bytes.getUnsignedShort(at + 2 * size + 2));
    return isUnicast(from) && isUnicast(to)
        ? new Found(2, length, from, to, tlvs)
        : new Malformed(2, "an address isn't of one host");
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
      found.add(new Tlv(bytes.getUnsignedByte(at), UnsafeByteOperations.unsafeWrap(value)));
      at += 3 + length;
    }
    return found;
  }
}
