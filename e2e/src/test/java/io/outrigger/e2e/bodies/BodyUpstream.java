package io.outrigger.e2e.bodies;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers {@code /zeros} and {@code /words} with a large body of those, and counts what it could
 * write of it. Words become a tenth, zeros less than a hundredth when they are compressed.
 */
final class BodyUpstream implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  /** Longer than what any of the codings looks back to. */
  private static final int BLOCKS = 128;

  private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private final long length;
  private final AtomicLong written = new AtomicLong();

  BodyUpstream(long length) throws IOException {
    this.length = length;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** How much of the last body it could write. */
  long written() {
    return written.get();
  }

  private void accept() {
    while (!server.isClosed()) {
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
      StringBuilder head = new StringBuilder();
      InputStream in = connection.getInputStream();
      while (head.indexOf("\r\n\r\n") < 0) {
        int b = in.read();
        if (b < 0) {
          return;
        }
        head.append((char) b);
      }
      byte[] body = head.indexOf("GET /zeros") == 0 ? new byte[BLOCK * BLOCKS] : words();
      OutputStream out = connection.getOutputStream();
      out.write(
          ("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: "
                  + length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      written.set(0);
      for (long left = length; left > 0; left -= BLOCK) {
        out.write(body, (int) (left % body.length), BLOCK);
        written.addAndGet(BLOCK);
      }
    } catch (IOException e) {
      // the proxy has had enough
    }
  }

  /** Each word of letters by chance, and a row of dots. */
  private static byte[] words() {
    byte[] body = new byte[BLOCK * BLOCKS];
    Random random = new Random(1);
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i % 64 < 4 ? 'a' + random.nextInt(26) : '.');
    }
    return body;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
