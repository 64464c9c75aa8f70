package io.outrigger.control.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The HTTPS server of port 15017; a virtual thread a request. */
final class WebhookServer implements AutoCloseable {
  /** An API server's own limit of what it stores is 1.5 MB, and a question holds it twice. */
  static final int MOST = 8 << 20;

  private static final System.Logger LOG = System.getLogger("webhook");

  /** Answers one question. */
  @FunctionalInterface
  interface Reviewer {
    byte[] review(Review review);
  }

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore reading = new Semaphore(16);
  private final Map<String, Reviewer> reviewers = new LinkedHashMap<>();

  /**
   * Binds; {@link #start} begins to answer.
   *
   * @param identity the server's own certificate, renewed by itself
   */
  WebhookServer(InetSocketAddress address, X509ExtendedKeyManager identity) throws IOException {
    try {
      server = HttpsServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("can't listen on port " + address.getPort() + ": " + e.getMessage(), e);
    }
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(new KeyManager[] {identity}, null, null);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS: " + e.getMessage(), e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
  }

  /** Has questions to a path, or to any beneath it, answered; before {@link #start}. */
  void on(String path, Reviewer reviewer) {
    reviewers.put(path, reviewer);
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reviewer reviewer = reviewer(exchange.getRequestURI().getPath());
      if (exchange.getRequestURI().getPath().equals("/ready")) {
        text(exchange, 200, "ready");
      } else if (reviewer == null) {
        text(exchange, 404, "no such webhook; there is " + String.join(", ", reviewers.keySet()));
      } else if (!exchange.getRequestMethod().equals("POST")) {
        text(exchange, 405, "must be POST");
      } else {
        reading.acquireUninterruptibly();
        try {
          answer(exchange, reviewer);
        } finally {
          reading.release();
        }
      }
    }
  }

  private @Nullable Reviewer reviewer(String path) {
    for (Map.Entry<String, Reviewer> entry : reviewers.entrySet()) {
      if (path.equals(entry.getKey()) || path.startsWith(entry.getKey() + "/")) {
        return entry.getValue();
      }
    }
    return null;
  }

  private static void answer(HttpExchange exchange, Reviewer reviewer) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MOST + 1);
    if (body.length > MOST) {
      exchange.getResponseHeaders().set("connection", "close");
      text(exchange, 413, "more than " + MOST + " bytes");
      return;
    }
    byte[] answer;
    try {
      answer = reviewer.review(Review.parse(body));
    } catch (Review.Malformed e) {
      text(exchange, 400, String.valueOf(e.getMessage()));
      return;
    } catch (RuntimeException e) {
      // the API server refuses what it asked about: nothing starts un-meshed by a fault of ours
      LOG.log(System.Logger.Level.ERROR, "a question can't be answered", e);
      text(exchange, 500, "internal error: " + e);
      return;
    }
    exchange.getResponseHeaders().set("content-type", "application/json");
    send(exchange, 200, answer);
  }

  private static void text(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
    send(exchange, status, (body + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
