package io.outrigger.cli.train;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Clients that leave in the middle, and those that write headers in every way that HPACK has: the
 * classes that this needs are then in the cache, too.
 */
final class Interruptions {
  private static final int STREAMS = 40;
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

  /** HPACK: GET, http, /, and {@code :authority: a}. */
  private static final byte[] REQUEST = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'};

  /** {@code www.example.com} in Huffman's code (RFC 7541 appendix C.4.1), with its length. */
  private static final byte[] HUFFMAN = HexFormat.of().parseHex("8cf1e3c2e5f23a6ba0ab90f4ff");

  private static final byte HEADERS = 1;
  private static final byte RST_STREAM = 3;
  private static final byte END_STREAM_AND_HEADERS = 5;

  private final int port;

  Interruptions(int port) {
    this.port = port;
  }

  /** One client; what it does depends on its number. */
  void interrupt(int number) {
    boolean http2 = number % 2 == 0;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1000);
      if (number % 3 == 0) {
        socket.setSoLinger(true, 0); // leaves by a reset
      }
      socket.getOutputStream().write(http2 ? streams(number % 4 == 0) : pipeline());
      if (number % 5 != 0) {
        int read = socket.getInputStream().read(new byte[256]);
        assert read <= 256;
      }
    } catch (IOException e) {
      // the proxy may have had enough of it first
    }
  }

  private static byte[] pipeline() {
    return "GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(STREAMS).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] streams(boolean reset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PREFACE);
    for (int id = 1; id < 2 * STREAMS; id += 2) {
      frame(out, HEADERS, END_STREAM_AND_HEADERS, id, block(id));
      if (reset && id % 8 == 1) {
        frame(out, RST_STREAM, (byte) 0, id, new byte[] {0, 0, 0, 8}); // CANCEL
      }
    }
    return out.toByteArray();
  }

  /** A header block by every representation of RFC 7541 section 6. */
  private static byte[] block(int id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (id % 16 == 1) {
      out.writeBytes(new byte[] {0x3f, (byte) 0xe1, 0x1f}); // the table's size: 4,096
    }
    out.writeBytes(REQUEST);
    byte[] kinds = {0x40, 0, 0x10}; // indexed from now on, not, never
    out.write(kinds[id % kinds.length]);
    text(out, "x-number-" + id % 7);
    text(out, "v".repeat(id));
    out.write(0); // not indexed
    text(out, "x-site");
    out.writeBytes(HUFFMAN);
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write(text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void frame(
      ByteArrayOutputStream out, byte type, byte flags, int stream, byte[] payload) {
    out.writeBytes(new byte[] {0, 0, (byte) payload.length, type, flags, 0, 0, 0, (byte) stream});
    out.writeBytes(payload);
  }
}
