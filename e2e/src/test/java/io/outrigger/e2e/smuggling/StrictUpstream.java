package io.outrigger.e2e.smuggling;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server that reads to the letter of RFC 9112 and writes down each liberty that was
 * taken with it: a message that could be framed in two ways must not reach an upstream at all.
 *
 * <p>It answers a request with its target, or with the bytes that a test has given it.
 */
final class StrictUpstream implements AutoCloseable {
  private static final Pattern REQUEST_LINE = Pattern.compile("[A-Z-]+ [\\x21-\\x7e]+ HTTP/1\\.1");
  private static final Pattern FIELD =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ \\t]?[\\t\\x20-\\x7e\\x80-\\xff]*");
  private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
  private final List<String> liberties = new CopyOnWriteArrayList<>();
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private volatile String answer = "";

  StrictUpstream() throws IOException {
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Answers requests for {@code /a} with these bytes; empty echoes targets again. */
  void answer(String bytes) {
    answer = bytes;
  }

  /** What has come since this was last asked for. */
  List<String> takeTargets() {
    List<String> seen = new ArrayList<>(targets);
    targets.clear();
    return seen;
  }

  List<String> liberties() {
    return liberties;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String target = request(in);
        if (target == null) {
          return;
        }
        targets.add(target);
        boolean own = !answer.isEmpty() && target.equals("/a");
        String bytes =
            own
                ? answer
                : "HTTP/1.1 200 OK\r\ncontent-length: " + target.length() + "\r\n\r\n" + target;
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      }
    } catch (Liberty e) {
      liberties.add(e.getMessage());
    } catch (SocketException e) {
      // reset by the proxy: its way to drop a request that broke off
    } catch (IOException e) {
      liberties.add(e.toString());
    }
  }

  /** Returns the request's target; null where the connection ended, between requests or in one. */
  private static @Nullable String request(InputStream in) throws IOException {
    String line = line(in);
    if (line == null) {
      return null;
    }
    demand(REQUEST_LINE.matcher(line).matches(), "request line", line);
    List<String> lengths = new ArrayList<>();
    List<String> codings = new ArrayList<>();
    for (String field = line(in); field == null || !field.isEmpty(); field = line(in)) {
      if (field == null) {
        return null;
      }
      demand(FIELD.matcher(field).matches(), "field line", field);
      String name = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
      String value = field.substring(field.indexOf(':') + 1).strip();
      if (name.equals("content-length")) {
        lengths.add(value);
      } else if (name.equals("transfer-encoding")) {
        codings.add(value);
      }
    }
    demand(lengths.size() + codings.size() <= 1, "framing said twice", lengths + " " + codings);
    if (!codings.isEmpty()) {
      demand(codings.get(0).equals("chunked"), "transfer coding", codings.get(0));
      return chunks(in) ? line.split(" ", -1)[1] : null;
    }
    if (!lengths.isEmpty()) {
      demand(lengths.get(0).matches("[0-9]{1,10}"), "content-length", lengths.get(0));
      int length = Integer.parseInt(lengths.get(0));
      if (in.readNBytes(length).length < length) {
        return null;
      }
    }
    return line.split(" ", -1)[1];
  }

  private static boolean chunks(InputStream in) throws IOException {
    while (true) {
      String size = line(in);
      if (size == null) {
        return false;
      }
      demand(size.matches("[0-9a-fA-F]{1,8}"), "chunk size", size);
      int length = Integer.parseInt(size, 16);
      if (length == 0) {
        for (String trailer = line(in); trailer == null || !trailer.isEmpty(); trailer = line(in)) {
          if (trailer == null) {
            return false;
          }
          demand(FIELD.matcher(trailer).matches(), "trailer", trailer);
        }
        return true;
      }
      if (in.readNBytes(length).length < length) {
        return false;
      }
      String end = line(in);
      if (end == null) {
        return false;
      }
      demand(end.isEmpty(), "end of a chunk", end);
    }
  }

  /** A line that CRLF ends; null at the end of the stream. */
  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\r') {
        int next = in.read();
        demand(next == '\n', "CR without LF", out.toString(StandardCharsets.ISO_8859_1));
        return out.toString(StandardCharsets.ISO_8859_1);
      }
      demand(b != '\n', "LF without CR", out.toString(StandardCharsets.ISO_8859_1));
      out.write(b);
    }
    return null;
  }

  private static void demand(boolean kept, String what, String found) throws Liberty {
    if (!kept) {
      throw new Liberty(what + ": '" + found + "'");
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private static final class Liberty extends IOException {
    private static final long serialVersionUID = 1;

    Liberty(String message) {
      super(message);
    }
  }
}
