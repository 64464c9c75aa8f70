package io.outrigger.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/1.1 server that answers what it was asked, and does what the request's headers say.
 *
 * <p>The body of an answer is its name, the request line and all headers in order of name, so that
 * a test sees what a proxy sent. Headers: {@code x-fake-status} gives the status, a comma between
 * those of successive requests with the same {@code x-fake-id}, where {@code hang} never answers,
 * {@code close} closes and {@code later1} answers 200 when the next of them has come, {@code
 * later2} the one after that; {@code x-fake-close: before} closes without an answer, {@code after}
 * says connection: close, {@code half} closes in the middle of the body, {@code stall} stops there;
 * {@code x-fake-hang} never answers; {@code x-fake-body} adds that many bytes; {@code
 * x-fake-header} adds a response header, {@code name=value}, or several between {@code |}; {@code
 * x-fake-chunked} answers in chunks with a trailer, {@code x-fake-trailer}; {@code x-fake-type}
 * gives the content-type, {@code x-fake-answer} the body's bytes, in hexadecimal; {@code
 * x-fake-upgrade} takes the upgrade that is asked for, and {@code x-fake-continue} sends a 100
 * first. A tunnel (by upgrade or CONNECT) echoes lines until one says bye.
 */
public final class EchoUpstream implements AutoCloseable {
  private final String name;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();

  private final int idleMillis;

  private EchoUpstream(String name, ServerSocket server, int idleMillis) {
    this.name = name;
    this.server = server;
    this.idleMillis = idleMillis;
  }

  /** Starts one on a free port of loopback. */
  public static EchoUpstream start(String name) throws IOException {
    return start(name, Duration.ZERO);
  }

  /** Starts one that closes connections on which it has read nothing for so long. */
  public static EchoUpstream start(String name, Duration idle) throws IOException {
    EchoUpstream upstream =
        new EchoUpstream(
            name,
            new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()),
            (int) idle.toMillis());
    Thread.ofVirtual().name("upstream-" + name).start(upstream::accept);
    return upstream;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Requests that came in, since the start. */
  public int requests() {
    return requests.get();
  }

  /** Connections that are open now. */
  public int connections() {
    return open.size();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(idleMillis);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (exchange(in, socket.getOutputStream())) {
        // the next request of this connection
      }
    } catch (IOException e) {
      // the peer went away, as peers do
    } finally {
      open.remove(socket);
    }
  }

  /** Echoes a tunnel's bytes, up to those that end in bye and a line end. */
  private static boolean tunnel(InputStream in, OutputStream out, String head) throws IOException {
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      out.write(("echo " + line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      if (line.equals("bye")) {
        break;
      }
    }
    return false;
  }

  private boolean exchange(InputStream in, OutputStream out) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      return false;
    }
    requests.incrementAndGet();
    List<String> headers = new ArrayList<>();
    Map<String, String> byName = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      headers.add(header);
      int colon = header.indexOf(':');
      byName.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    if (byName.containsKey("upgrade") && byName.containsKey("x-fake-upgrade")) {
      return tunnel(
          in,
          out,
          "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: "
              + byName.get("upgrade")
              + "\r\nx-seen: "
              + String.join("|", headers.stream().sorted().toList())
              + "\r\n\r\n");
    }
    if (line.startsWith("CONNECT ")) {
      return tunnel(
          in,
          out,
          "HTTP/1.1 200 OK\r\nx-line: "
              + line
              + "\r\nx-seen: "
              + String.join("|", headers.stream().sorted().toList())
              + "\r\n\r\n");
    }
    if (byName.containsKey("x-fake-continue")) {
      out.write("HTTP/1.1 100 Continue\r\nx-info: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    byte[] body = body(in, byName, headers);
    String status = status(byName);
    if (byName.containsKey("x-fake-hang") || status.equals("hang")) {
      return in.read() >= 0;
    }
    String close = byName.getOrDefault("x-fake-close", "");
    if (close.equals("before") || status.equals("close")) {
      return false;
    }
    String own = byName.get("x-fake-answer");
    byte[] answer =
        own == null ? answer(line, headers, body, byName) : HexFormat.of().parseHex(own);
    if (byName.containsKey("x-fake-chunked")) {
      chunked(out, byName, status, answer);
      return true;
    }
    StringBuilder head = head(byName, status, close);
    head.append("content-length: ").append(answer.length).append("\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    // a body after these would be taken for an answer that nobody asked for, or not, by chance
    boolean bodiless = line.startsWith("HEAD ") || status.equals("204") || status.equals("304");
    boolean half = close.equals("half") || close.equals("stall");
    if (!bodiless) {
      out.write(answer, 0, half ? answer.length / 2 : answer.length);
    }
    out.flush();
    return close.equals("stall") ? in.read() >= 0 : close.isEmpty();
  }

  private static StringBuilder head(Map<String, String> headers, String status, String close) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
    head.append("content-type: ")
        .append(headers.getOrDefault("x-fake-type", "text/plain"))
        .append("\r\n");
    String extra = headers.get("x-fake-header");
    if (extra != null) {
      head.append(fields(extra));
    }
    if (close.equals("after")) {
      head.append("connection: close\r\n");
    }
    return head;
  }

  /** The lines of {@code name=value|name=value}. */
  private static String fields(String text) {
    StringBuilder lines = new StringBuilder();
    for (String field : text.split("\\|", -1)) {
      lines.append(field.replaceFirst("=", ": ")).append("\r\n");
    }
    return lines.toString();
  }

  private String status(Map<String, String> headers) {
    String[] all = headers.getOrDefault("x-fake-status", "200").split(",", -1);
    AtomicInteger count =
        attempts.computeIfAbsent(headers.getOrDefault("x-fake-id", ""), id -> new AtomicInteger());
    int attempt = count.getAndIncrement();
    String status = all.length == 1 ? all[0] : all[Math.min(attempt, all.length - 1)];
    if (!status.startsWith("later")) {
      return status;
    }
    int others = Integer.parseInt(status.substring("later".length()));
    Await.until("other attempts", Duration.ofSeconds(10), () -> count.get() > attempt + others);
    return "200";
  }

  private byte[] answer(
      String line, List<String> headers, byte[] body, Map<String, String> byName) {
    StringBuilder text = new StringBuilder(name + "\n" + line + "\n");
    headers.stream().sorted().forEach(header -> text.append(header).append('\n'));
    text.append("body ").append(body.length).append('\n');
    int more = Integer.parseInt(byName.getOrDefault("x-fake-body", "0"));
    text.repeat("x", more);
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void chunked(
      OutputStream out, Map<String, String> headers, String status, byte[] answer)
      throws IOException {
    StringBuilder head = head(headers, status, "").append("transfer-encoding: chunked\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    int half = answer.length / 2;
    for (int[] part : new int[][] {{0, half}, {half, answer.length}}) {
      out.write(
          (Integer.toHexString(part[1] - part[0]) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(answer, part[0], part[1] - part[0]);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    String trailer = headers.getOrDefault("x-fake-trailer", "x-fake-trailer=end");
    out.write(("0\r\n" + fields(trailer) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static byte[] body(InputStream in, Map<String, String> headers, List<String> lines)
      throws IOException {
    if (headers.containsKey("content-length")) {
      return in.readNBytes(Integer.parseInt(headers.get("content-length")));
    }
    if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return new byte[0];
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String first = line(in);
      if (first.isEmpty()) {
        throw new IOException("the peer went away in the middle of a body");
      }
      int size = Integer.parseInt(first.split(";", -1)[0].strip(), 16);
      body.write(in.readNBytes(size));
      if (size == 0) {
        for (String trailer = line(in); !trailer.isEmpty(); trailer = line(in)) {
          lines.add("trailer " + trailer);
        }
        return body.toByteArray();
      }
      line(in);
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
