package io.outrigger.e2e.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An upstream in a process of its own, on several ports, of HTTP/1.1 or HTTP/2 as the client
 * speaks, that resets a connection at a byte. Every response is the last of its connection.
 *
 * <p>A connection that begins with {@code !} tells it where: lines of how many bytes the next
 * connection reads, and then writes, before it is reset; {@code -} instead of numbers lets it be.
 * Each is answered by how many requests were read whole before, and how long the last one was.
 */
public final class ResettingUpstream {
  private static final byte[] HTTP1 =
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int HTTP1_HEAD = HTTP1.length - 2;

  /**
   * SETTINGS, the acknowledgement of the client's, GOAWAY after stream 1, and on it a head that is
   * {@code :status: 200} and {@code content-length: 2}, and {@code ok}.
   */
  private static final byte[] HTTP2 =
      HexFormat.of()
          .parseHex(
              "000000040000000000"
                  + "000000040100000000"
                  + "0000080700000000000000000100000000"
                  + "00000501040000000188"
                  + "0f0d0132"
                  + "0000020001000000016f6b");

  private static final int HTTP2_HEAD = HTTP2.length - 11;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** How many bytes are read and then written before the reset. */
  private record Cut(int reads, int writes) {}

  private final AtomicReference<@Nullable Cut> next = new AtomicReference<>();
  private final AtomicInteger executed = new AtomicInteger();
  private volatile int length;

  /** The ports. */
  public static void main(String[] args) throws Exception {
    for (String port : args) {
      ServerSocket server =
          new ServerSocket(Integer.parseInt(port), 1000, InetAddress.getLoopbackAddress());
      ResettingUpstream upstream = new ResettingUpstream();
      Thread.ofPlatform().start(() -> upstream.accept(server));
    }
  }

  /** How long a response is, and how much of it is there once its head is. */
  static int responseLength(boolean http2) {
    return http2 ? HTTP2.length : HTTP1.length;
  }

  static int responseHead(boolean http2) {
    return http2 ? HTTP2_HEAD : HTTP1_HEAD;
  }

  private void accept(ServerSocket server) {
    while (true) {
      try {
        Socket connection = server.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = connection.getInputStream();
      Request request = new Request(in.read());
      if (request.first == '!') {
        obey(in, connection.getOutputStream());
        return;
      }
      Cut cut = next.getAndSet(null);
      int most = cut == null ? Integer.MAX_VALUE : cut.reads();
      while (request.size() < most && !request.isWhole()) {
        int read = in.read();
        if (read < 0) {
          return;
        }
        request.add(read);
      }
      if (request.isWhole()) {
        length = request.size();
        executed.incrementAndGet();
        byte[] response = request.http2() ? HTTP2 : HTTP1;
        int writes = cut == null ? response.length : Math.min(cut.writes(), response.length);
        connection.getOutputStream().write(response, 0, writes);
      }
      if (cut != null) {
        connection.setSoLinger(true, 0); // the close is a reset
        return;
      }
      connection.shutdownOutput();
      while (in.read() >= 0) {
        // until the proxy closes, so that no reset takes the response away
      }
    } catch (IOException e) {
      // the peer is gone
    }
  }

  private void obey(InputStream in, OutputStream out) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b != '\n') {
        line.append((char) b);
        continue;
      }
      String[] words = line.toString().split(" ", -1);
      line.setLength(0);
      if (words.length == 2) {
        next.set(new Cut(Integer.parseInt(words[0]), Integer.parseInt(words[1])));
      } else {
        next.set(null);
      }
      out.write((executed.get() + " " + length + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** How to start one. */
  static List<String> command(List<Integer> ports) {
    return ChaosUpstream.java(
        ResettingUpstream.class, ports.stream().map(String::valueOf).toArray(String[]::new));
  }

  /** What has come of one; of HTTP/2 just as much as tells where stream 1 ends. */
  private static final class Request {
    final int first;
    private final StringBuilder bytes = new StringBuilder();

    /** Where the frame begins that isn't whole yet. */
    private int frame = PREFACE.length();

    private boolean whole;

    Request(int first) {
      this.first = first;
      add(first);
    }

    int size() {
      return bytes.length();
    }

    boolean http2() {
      return bytes.length() > 1 && bytes.charAt(1) == 'R';
    }

    boolean isWhole() {
      return whole;
    }

    void add(int b) {
      bytes.append((char) b);
      whole = http2() ? endsStream() : endsMessage();
    }

    private boolean endsStream() {
      if (bytes.length() < frame + 9) {
        return false;
      }
      int size = bytes.charAt(frame) << 16 | bytes.charAt(frame + 1) << 8 | bytes.charAt(frame + 2);
      if (bytes.length() < frame + 9 + size) {
        return false;
      }
      int type = bytes.charAt(frame + 3);
      boolean last = (bytes.charAt(frame + 4) & 1) != 0;
      frame += 9 + size;
      return type <= 1 && last; // DATA or HEADERS with END_STREAM
    }

    private boolean endsMessage() {
      int end = bytes.indexOf("\r\n\r\n");
      return end > 0 && bytes.length() - end - 4 == (bytes.charAt(0) == 'P' ? 2 : 0);
    }
  }
}
