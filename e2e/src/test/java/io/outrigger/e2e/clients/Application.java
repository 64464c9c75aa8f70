package io.outrigger.e2e.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The application that clients call: the JDK's own server. {@code /hello} greets, {@code /echo}
 * gives a body back, {@code /large} is 8 MiB without a length, {@code /empty} a 204, {@code /moved}
 * leads to {@code /hello}, and anything else is a 404 with a body.
 */
final class Application implements AutoCloseable {
  static final int LARGE = 8 << 20;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Application() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", Application::serve);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (exchange.getRequestURI().getPath()) {
        case "/hello" ->
            answer(exchange, 200, ("hello " + exchange.getRequestMethod()).getBytes(UTF_8));
        case "/echo" -> answer(exchange, 200, body);
        case "/empty" -> exchange.sendResponseHeaders(204, -1);
        case "/moved" -> {
          exchange.getResponseHeaders().add("location", "/hello");
          exchange.sendResponseHeaders(302, -1);
        }
        case "/large" -> large(exchange);
        default -> answer(exchange, 404, "nothing here".getBytes(UTF_8));
      }
    }
  }

  private static void large(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] part = new byte[1 << 16];
    try (OutputStream out = exchange.getResponseBody()) {
      for (int sent = 0; sent < LARGE; sent += part.length) {
        out.write(part);
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
