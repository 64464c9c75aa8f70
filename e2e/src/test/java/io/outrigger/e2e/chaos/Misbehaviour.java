package io.outrigger.e2e.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A wrong or slow answer of an upstream; after a wrong one it closes. */
enum Misbehaviour {
  NOTHING(""),
  EMPTY_LINES("\r\n\r\n\r\n\r\n"),
  GARBAGE("\u0000\u0016 this is not HTTP\r\n\r\n"),
  RANDOM(random()),
  HALF_TLS("\u0016\u0003\u0003\u0001\u0000\u0002\u0000\u0000\u00fc\u0003\u0003abcdefgh"),
  TLS_ALERT("\u0015\u0003\u0003\u0000\u0002\u0002\u0028"),
  HTTP2_PREFACE("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"),
  /** Says that it closes: else the next request may or may not meet the closed connection. */
  HTTP1("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"),
  HTTP09("<html>ok</html>\n"),
  LONG_STATUS_LINE("HTTP/1.1 200 " + "O".repeat(1 << 20) + "\r\ncontent-length: 2\r\n\r\nok"),
  LONG_FIELD("HTTP/1.1 200 OK\r\nx: " + "y".repeat(1 << 20) + "\r\ncontent-length: 2\r\n\r\nok"),
  HEAD_BROKEN_OFF("HTTP/1.1 200 OK\r\ncontent-le"),
  BODY_BROKEN_OFF("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nok"),
  CHUNK_BROKEN_OFF("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nok"),
  BAD_CHUNK("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n"),
  BODY_TOO_LONG("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokay, and more"),
  TWO_ANSWERS(
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
          + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno"),
  BAD_STATUS("HTTP/1.1 99999 OK\r\ncontent-length: 2\r\n\r\nok"),
  UPGRADED("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nok"),

  /** All of it comes, in half a second. */
  DRIP("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 10, 1),
  /** Too slowly. */
  SLOW_DRIP("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 100, 1),
  ENDLESS_HEAD("HTTP/1.1 200 OK\r\n" + "x: y\r\n".repeat(90), 50, 6),
  SILENT("", 1, 1),
  STALLED_BODY("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", 0, 100),
  /** The request's body is never read. */
  DEAF("", 1, 1),
  /** SETTINGS with an INITIAL_WINDOW_SIZE of nothing, and the acknowledgement of the client's. */
  ZERO_WINDOW("\0\0\6\4\0\0\0\0\0\0\4\0\0\0\0\0\0\0\4\1\0\0\0\0", 0, 100);

  private final String bytes;
  private final long pauseMillis;
  private final int piece;

  Misbehaviour(String bytes) {
    this(bytes, -1, 0);
  }

  /**
   * Pieces of that many bytes, with a pause between, and then nothing, for longer than any test.
   */
  Misbehaviour(String bytes, long pauseMillis, int piece) {
    this.bytes = bytes;
    this.pauseMillis = pauseMillis;
    this.piece = piece;
  }

  static Misbehaviour of(String mode) {
    return valueOf(mode.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  String mode() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean slow() {
    return pauseMillis >= 0;
  }

  static List<Misbehaviour> wrong() {
    return Arrays.stream(values()).filter(kind -> !kind.slow()).toList();
  }

  /** False: the connection is done for. */
  boolean answer(Socket connection) throws IOException {
    OutputStream out = connection.getOutputStream();
    byte[] all = bytes.getBytes(StandardCharsets.ISO_8859_1);
    if (!slow()) {
      out.write(all);
      return false;
    }
    for (int at = 0; at < all.length; at += piece) {
      out.write(all, at, Math.min(piece, all.length - at));
      LockSupport.parkNanos(Duration.ofMillis(pauseMillis).toNanos());
    }
    if (this == DRIP) {
      return true;
    }
    LockSupport.parkNanos(Duration.ofMinutes(1).toNanos());
    return false;
  }

  private static String random() {
    byte[] bytes = new byte[300];
    new Random(1).nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
