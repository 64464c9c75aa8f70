package io.outrigger.proxy.pool;

import io.outrigger.config.address.IpText;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.proxy.cluster.LbContext;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes PROXY protocol headers, as HAProxy's specification (proxy-protocol.txt) defines them. */
final class ProxyHeaderWriter {
  private static final int PROXY = 0x21;
  private static final int LOCAL = 0x20;

  private ProxyHeaderWriter() {}

  /** The header for the client of this request or connection; without one, that nobody's it is. */
  static byte[] header(
      UpstreamTransport.ProxyProtocol config, List<Tlv> ofHost, LbContext context) {
    InetSocketAddress source = inet(context.clientAddress());
    InetSocketAddress destination = inet(context.localAddress());
    boolean known =
        source != null && destination != null && bytes(source).length == bytes(destination).length;
    return config.version() == 1
        ? version1(known ? source : null, destination)
        : version2(known ? source : null, destination, tlvs(config, ofHost, context));
  }

  /** A host's come before the cluster's of the same types, and those before the client's. */
  private static List<Tlv> tlvs(
      UpstreamTransport.ProxyProtocol config, List<Tlv> ofHost, LbContext context) {
    List<Tlv> passed = config.passed().of(context.tlvs());
    if (ofHost.isEmpty() && passed.isEmpty()) {
      return config.added();
    }
    List<Tlv> all = new ArrayList<>(ofHost);
    addOthers(all, config.added());
    addOthers(all, passed);
    return all;
  }

  /** Adds those of types that aren't there yet. */
  private static void addOthers(List<Tlv> all, List<Tlv> more) {
    List<Tlv> before = List.copyOf(all);
    for (Tlv tlv : more) {
      if (before.stream().noneMatch(other -> other.type() == tlv.type())) {
        all.add(tlv);
      }
    }
  }

  private static @Nullable InetSocketAddress inet(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet && !inet.isUnresolved() ? inet : null;
  }

  private static byte[] bytes(InetSocketAddress address) {
    return address.getAddress().getAddress();
  }

  private static byte[] version1(
      @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
    String line =
        source == null || destination == null
            ? "PROXY UNKNOWN\r\n"
            : "PROXY "
                + (bytes(source).length == 4 ? "TCP4 " : "TCP6 ")
                + IpText.of(source.getAddress())
                + ' '
                + IpText.of(destination.getAddress())
                + ' '
                + source.getPort()
                + ' '
                + destination.getPort()
                + "\r\n";
    return line.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] version2(
      @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination, List<Tlv> tlvs) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(48);
    int family = 0;
    if (source != null && destination != null) {
      byte[] from = bytes(source);
      family = from.length == 4 ? 0x11 : 0x21;
      body.writeBytes(from);
      body.writeBytes(bytes(destination));
      writeShort(body, source.getPort());
      writeShort(body, destination.getPort());
    }
    for (Tlv tlv : tlvs) {
      body.write(tlv.type());
      writeShort(body, tlv.value().size());
      body.writeBytes(tlv.value().toByteArray());
    }
    ByteArrayOutputStream header = new ByteArrayOutputStream(16 + body.size());
    header.writeBytes(new byte[] {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10});
    header.write(source == null ? LOCAL : PROXY);
    header.write(family);
    writeShort(header, body.size());
    header.writeBytes(body.toByteArray());
    return header.toByteArray();
  }

  private static void writeShort(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }
}
