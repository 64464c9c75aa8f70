package io.outrigger.control.ratelimit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Redis: one thread writes, one of its own reads the answers, in order. One whose
 * answers stay out is given up, with all that wait for them.
 */
final class RedisConnection implements AutoCloseable {
  private static final int CONNECT_MILLIS = 1000;
  private static final int LEAST_SILENCE_MILLIS = 1000;

  private final Socket socket;
  private final InputStream in;
  private final BufferedOutputStream out;
  private final ConcurrentLinkedQueue<RedisCounters.Asked> waiting = new ConcurrentLinkedQueue<>();
  private volatile @Nullable IOException broken;

  private RedisConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    this.out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
  }

  static RedisConnection open(RedisCounters.Options options) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(options.host(), options.port()), CONNECT_MILLIS);
      socket.setSoTimeout((int) Math.max(LEAST_SILENCE_MILLIS, 2 * options.timeoutMillis()));
      RedisConnection opened = new RedisConnection(socket);
      opened.greet(options.password());
      Thread.ofVirtual().name("redis-answers").start(opened::read);
      return opened;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** A Redis that still loads its data, or wants a password, is away. */
  private void greet(String password) throws IOException {
    ByteArrayOutputStream greeting = new ByteArrayOutputStream();
    if (!password.isEmpty()) {
      RedisCounters.command(greeting, "AUTH", password);
    }
    RedisCounters.command(greeting, "PING");
    out.write(greeting.toByteArray());
    out.flush();
    if (!password.isEmpty()) {
      line();
    }
    line();
  }

  BufferedOutputStream out() {
    return out;
  }

  /** What is written next is this. */
  void expect(RedisCounters.Asked asked) {
    waiting.add(asked);
  }

  /** Throws if the reading side has found the connection broken. */
  void check() throws IOException {
    IOException found = broken;
    if (found != null) {
      throw found;
    }
  }

  private void read() {
    try {
      while (true) {
        awaitAnswer();
        RedisCounters.Asked asked = waiting.peek();
        if (asked == null) {
          throw new IOException("Redis said something that it was not asked for");
        }
        for (int i = 0; i < asked.after().length; i++) {
          asked.after()[i] = number(line());
          line(); // EXPIRE's
        }
        waiting.remove();
        asked.answer().complete(asked.after());
      }
    } catch (IOException e) {
      broken = e;
      close();
    }
  }

  /** Silence is fine while nothing is asked. */
  private void awaitAnswer() throws IOException {
    while (true) {
      in.mark(1);
      try {
        if (in.read() < 0) {
          throw new EOFException("Redis closed the connection");
        }
        in.reset();
        return;
      } catch (SocketTimeoutException e) {
        if (!waiting.isEmpty()) {
          throw e;
        }
      }
    }
  }

  private static long number(String line) throws IOException {
    if (line.startsWith(":")) {
      return Long.parseLong(line.substring(1));
    }
    throw new IOException("Redis said '" + line + "' where a number was due");
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(24);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("Redis closed the connection");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    String text = line.toString(StandardCharsets.UTF_8);
    if (text.startsWith("-")) {
      throw new IOException("Redis said: " + text.substring(1));
    }
    return text;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone either way
    }
    if (broken == null) {
      broken = new IOException("closed");
    }
    for (var asked = waiting.poll(); asked != null; asked = waiting.poll()) {
      asked.answer().completeExceptionally(new IOException("Redis went away"));
    }
  }
}
