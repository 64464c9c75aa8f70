package io.outrigger.e2e.chaos;

import java.io.BufferedInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An upstream in a process of its own. It notes each request by its x-id, unbuffered, as soon as it
 * has read the whole of it, so that no signal loses a note; then it answers as it was told last.
 */
public final class ChaosUpstream {
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  private static final String UNAVAILABLE =
      "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";

  private final OutputStream notes;
  private final AtomicInteger answers = new AtomicInteger();
  private volatile String mode = "ok";

  private ChaosUpstream(OutputStream notes) {
    this.notes = notes;
  }

  /** The port, and the file of notes. */
  public static void main(String[] args) throws IOException {
    try (ServerSocket server =
            new ServerSocket(Integer.parseInt(args[0]), 1000, InetAddress.getLoopbackAddress());
        OutputStream notes = new FileOutputStream(args[1])) {
      ChaosUpstream upstream = new ChaosUpstream(notes);
      while (true) {
        Socket connection = server.accept();
        Thread.ofVirtual().start(() -> upstream.serve(connection));
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      boolean open = true;
      for (Request next = request(in); next != null && open; next = open ? request(in) : null) {
        if (next.id().isEmpty()) {
          send(connection, OK);
        } else {
          note(next.id());
          open = answer(connection, next.mode());
        }
      }
    } catch (IOException e) {
      // the peer is gone
    }
  }

  /** What one says of itself: an id, empty where it told the mode, and how to answer it. */
  private record Request(String id, String mode) {}

  /**
   * The next one, read with its body unless that is never to be read; null at the end. Of HTTP/2
   * the preface's beginning stands for it.
   */
  private @Nullable Request request(InputStream in) throws IOException {
    String start = line(in);
    String id = "";
    String own = mode;
    int length = 0;
    for (String field = line(in); !field.isEmpty(); field = line(in)) {
      String lower = field.toLowerCase(Locale.ROOT);
      String value = lower.substring(lower.indexOf(':') + 1).strip();
      if (lower.startsWith("x-id:")) {
        id = value;
      } else if (lower.startsWith("x-mode:")) {
        own = value;
      } else if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(value);
      }
    }
    if (start.startsWith("PRI ")) {
      return new Request("http2", own);
    }
    if (start.isEmpty() || !own.equals("deaf") && in.readNBytes(length).length < length) {
      return null;
    }
    if (start.startsWith("GET /mode/")) {
      mode = start.substring("GET /mode/".length(), start.lastIndexOf(' '));
      return new Request("", own);
    }
    return new Request(id, own);
  }

  private synchronized void note(String id) throws IOException {
    notes.write((id + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** False when the connection is done for. */
  private boolean answer(Socket connection, String mode) throws IOException {
    switch (mode) {
      case "reset" -> {
        return reset(connection);
      }
      case "flaky" -> {
        if (answers.incrementAndGet() % 2 == 0) {
          return reset(connection);
        }
        send(connection, OK);
      }
      case "slow-503" -> {
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        send(connection, UNAVAILABLE);
      }
      case "unavailable" -> send(connection, UNAVAILABLE);
      case "ok" -> send(connection, OK);
      default -> {
        return Misbehaviour.of(mode).answer(connection);
      }
    }
    return true;
  }

  private static boolean reset(Socket connection) throws IOException {
    connection.setSoLinger(true, 0);
    return false;
  }

  private static void send(Socket connection, String bytes) throws IOException {
    connection.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder out = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      out.append((char) b);
    }
    return out.toString().strip();
  }

  /** How to start one. */
  static List<String> command(int port, Path notes) {
    return java(ChaosUpstream.class, Integer.toString(port), notes.toString());
  }

  /** How to start an upstream of this package. */
  static List<String> java(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                main.getProtectionDomain().getCodeSource().getLocation().getPath(),
                main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The ids of the requests that it has read. */
  static List<String> read(Path notes) throws IOException {
    return Files.readAllLines(notes);
  }
}
