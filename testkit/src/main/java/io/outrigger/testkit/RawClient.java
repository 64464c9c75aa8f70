package io.outrigger.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Sends bytes as they are and reads what comes back: one connection, in the test's own words. */
public final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  public RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  public RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    this.in = socket.getInputStream();
  }

  /** A page of a server on loopback, head and body, by a connection of its own. */
  public static String get(int port, String path) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
      return client.response(false);
    }
  }

  public void send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  /**
   * One HTTP/1 response: head and body as text, ISO 8859-1. Empty when the peer closed before a
   * byte; what there was when it closed in the middle.
   */
  public String response(boolean headRequest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String head = head(out);
    if (head.isEmpty() || headRequest) {
      return head;
    }
    String lower = head.toLowerCase(Locale.ROOT);
    int status = Integer.parseInt(head.substring(9, 12));
    if (status == 204 || status == 304 || status < 200) {
      return head;
    }
    int length = lower.indexOf("\r\ncontent-length: ");
    if (length >= 0) {
      int from = length + "\r\ncontent-length: ".length();
      int end = lower.indexOf('\r', from);
      out.write(in.readNBytes(Integer.parseInt(lower.substring(from, end))));
    } else if (lower.contains("\r\ntransfer-encoding: chunked")) {
      chunks(out);
    } else {
      out.write(rest().getBytes(StandardCharsets.ISO_8859_1));
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  /** Nothing more is sent; answers may still come. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** What comes up to a line's end. */
  public String line() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int b = read(); b >= 0 && b != '\n'; b = read()) {
      out.write(b);
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private String head(ByteArrayOutputStream out) throws IOException {
    while (!out.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = read();
      if (b < 0) {
        break;
      }
      out.write(b);
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private void chunks(ByteArrayOutputStream out) throws IOException {
    while (true) {
      StringBuilder size = new StringBuilder();
      for (int b = read(); b >= 0 && b != '\n'; b = read()) {
        size.append((char) b);
      }
      if (size.isEmpty()) {
        return; // closed in the middle
      }
      int length = Integer.parseInt(size.toString().strip().split(";", -1)[0], 16);
      if (length == 0) {
        ByteArrayOutputStream trailers = new ByteArrayOutputStream();
        while (!trailers.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")
            && !trailers.toString(StandardCharsets.ISO_8859_1).equals("\r\n")) {
          int b = read();
          if (b < 0) {
            break;
          }
          trailers.write(b);
        }
        out.write(
            trailers
                .toString(StandardCharsets.ISO_8859_1)
                .strip()
                .getBytes(StandardCharsets.ISO_8859_1));
        return;
      }
      out.write(in.readNBytes(length));
      in.readNBytes(2);
    }
  }

  private int read() throws IOException {
    try {
      return in.read();
    } catch (SocketTimeoutException e) {
      throw new IOException("no answer within 20 s", e);
    } catch (java.net.SocketException e) {
      return -1;
    }
  }

  /** Everything until the peer closes; ends in "(still open)" if it is silent for three seconds. */
  public String rest() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    socket.setSoTimeout(3000);
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        out.write(b);
      }
    } catch (SocketTimeoutException e) {
      out.writeBytes("(still open)".getBytes(StandardCharsets.US_ASCII));
    } catch (java.net.SocketException e) {
      // a reset ends it as well
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
