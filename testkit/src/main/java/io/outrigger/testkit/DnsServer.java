package io.outrigger.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A DNS server on loopback that does what the first label of a name says.
 *
 * <p>Names have the IPv4 address 127.0.0.1 and a TTL of 30 s, but: {@code nx...} isn't there,
 * {@code fail...} is a server failure, {@code empty...} has no records, {@code silent...} gets no
 * answer, {@code six...} has ::1 only, {@code both...} has 127.0.0.1 and ::1, {@code ttlN-...} has
 * a TTL of N seconds.
 */
public final class DnsServer implements AutoCloseable {
  private static final int A = 1;
  private static final int AAAA = 28;

  private final DatagramSocket socket;
  private final AtomicInteger questions = new AtomicInteger();

  private DnsServer(DatagramSocket socket) {
    this.socket = socket;
  }

  /** Starts one on a free port. */
  public static DnsServer start() throws IOException {
    DnsServer server =
        new DnsServer(
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    Thread.ofVirtual().name("dns").start(server::serve);
    return server;
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Questions that came in, since the start. */
  public int questions() {
    return questions.get();
  }

  private void serve() {
    byte[] bytes = new byte[1500];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        questions.incrementAndGet();
        byte[] answer = answer(bytes, packet.getLength());
        if (answer.length > 0) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // closed, or a question that makes no sense
      }
    }
  }

  /** Empty: nothing is said. */
  private static byte[] answer(byte[] question, int length) throws IOException {
    int first = question[12];
    String label =
        new String(question, 13, first, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    int end = 12;
    while (end < length && question[end] != 0) {
      end += question[end] + 1;
    }
    int type = ((question[end + 1] & 0xff) << 8) | (question[end + 2] & 0xff);
    if (label.startsWith("silent")) {
      return new byte[0];
    }
    byte[] address = address(label, type);
    int code = label.startsWith("nx") ? 3 : label.startsWith("fail") ? 2 : 0;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(question, 0, 2);
    out.writeShort(0x8180 | code);
    out.writeShort(1);
    out.writeShort(address.length == 0 ? 0 : 1);
    out.writeInt(0);
    out.write(question, 12, end + 5 - 12);
    if (address.length > 0) {
      out.writeShort(0xc00c);
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(ttl(label));
      out.writeShort(address.length);
      out.write(address);
    }
    return bytes.toByteArray();
  }

  private static byte[] address(String label, int type) {
    boolean none = label.startsWith("nx") || label.startsWith("fail") || label.startsWith("empty");
    if (!none && type == A && !label.startsWith("six")) {
      return new byte[] {127, 0, 0, 1};
    }
    if (!none && type == AAAA && (label.startsWith("six") || label.startsWith("both"))) {
      byte[] loopback = new byte[16];
      loopback[15] = 1;
      return loopback;
    }
    return new byte[0];
  }

  private static int ttl(String label) {
    int dash = label.indexOf('-');
    return label.startsWith("ttl") && dash > 3 ? Integer.parseInt(label.substring(3, dash)) : 30;
  }

  @Override
  public void close() {
    socket.close();
  }
}
