package io.outrigger.control.consul;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** An agent that says what a test wants, also what no real one would. */
final class FakeAgent implements AutoCloseable {
  private record Said(int status, long index, String body) {}

  private final HttpServer server;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Said> said = new HashMap<>();
  private int open;
  private int mostOpen;
  private int asked;

  FakeAgent() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    say("/v1/config/service-defaults", 200, 1, "[]");
    say("/v1/health/state/critical", 200, 1, "[]");
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What it answers from now on; an index below 0 is left out. */
  void say(String path, int status, long index, String body) {
    lock.lock();
    try {
      said.put(path, new Said(status, index, body));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The most queries that were open at a time. */
  int mostOpen() {
    lock.lock();
    try {
      return mostOpen;
    } finally {
      lock.unlock();
    }
  }

  int asked() {
    lock.lock();
    try {
      return asked;
    } finally {
      lock.unlock();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Said now = await(exchange.getRequestURI());
      byte[] body = now.body.getBytes(StandardCharsets.UTF_8);
      if (now.index >= 0) {
        exchange.getResponseHeaders().set("X-Consul-Index", Long.toString(now.index));
      }
      exchange.sendResponseHeaders(now.status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Said await(URI uri) throws InterruptedException {
    long index = number(uri.getQuery(), "index=");
    long left = TimeUnit.MILLISECONDS.toNanos(number(uri.getQuery(), "wait="));
    lock.lock();
    try {
      open++;
      asked++;
      mostOpen = Math.max(mostOpen, open);
      Said before = said.get(uri.getPath());
      while (left > 0 && said.get(uri.getPath()) == before && before != null) {
        if (before.index != index || before.status != 200) {
          break;
        }
        left = changed.awaitNanos(left);
      }
      return said.getOrDefault(uri.getPath(), new Said(404, -1, "no such page"));
    } finally {
      open--;
      lock.unlock();
    }
  }

  private static long number(String query, String name) {
    int at = query == null ? -1 : query.indexOf(name);
    if (at < 0) {
      return 0;
    }
    int end = at + name.length();
    while (end < query.length() && Character.isDigit(query.charAt(end))) {
      end++;
    }
    return Long.parseLong(query.substring(at + name.length(), end));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
