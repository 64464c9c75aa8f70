package io.outrigger.e2e.restart;

import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/** Clients that never pause for long: what goes wrong for any of them is kept. */
final class Load implements AutoCloseable {
  private static final String REQUEST = "GET /x HTTP/1.1\r\nhost: h\r\n";

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopped;

  private interface Client {
    void run() throws Exception;
  }

  /** One connection as long as the proxy leaves it open. */
  void keepAlive(int port) {
    client(
        "keep-alive",
        () -> {
          while (!stopped) {
            try (RawClient client = new RawClient(port)) {
              while (!stopped && asked(client, "\r\n")) {
                LockSupport.parkNanos(Duration.ofMillis(4).toNanos());
              }
            }
          }
        });
  }

  /** This many requests a second over that many connections, however long each takes. */
  void steady(int port, int connections, int perSecond) {
    long gap = Duration.ofSeconds(connections).toNanos() / perSecond;
    for (int i = 0; i < connections; i++) {
      client(
          "steady",
          () -> {
            try (RawClient client = new RawClient(port)) {
              for (long next = System.nanoTime(); !stopped; next += gap) {
                long early = next - System.nanoTime();
                if (early > 0) {
                  LockSupport.parkNanos(early);
                }
                asked(client, "\r\n");
              }
            }
          });
    }
  }

  /** A connection a request. */
  void newConnections(int port) {
    client(
        "new connections",
        () -> {
          while (!stopped) {
            try (RawClient client = new RawClient(port)) {
              asked(client, "connection: close\r\n\r\n");
            }
            LockSupport.parkNanos(Duration.ofMillis(4).toNanos());
          }
        });
  }

  /** HTTP/2 over TLS, with the JDK's client. */
  void http2(int port, SSLContext tls) {
    client(
        "HTTP/2",
        () -> {
          try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            HttpRequest request =
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/x")).build();
            while (!stopped) {
              HttpResponse<String> answer =
                  client.send(request, HttpResponse.BodyHandlers.ofString());
              check("HTTP/2", answer.version() + " " + answer.statusCode(), "HTTP_2 200");
              LockSupport.parkNanos(Duration.ofMillis(4).toNanos());
            }
          }
        });
  }

  private boolean asked(RawClient client, String rest) throws IOException {
    client.send(REQUEST + rest);
    String answer = client.response(false);
    check("HTTP/1.1", answer.length() < 12 ? answer : answer.substring(0, 12), "HTTP/1.1 200");
    return !answer.contains("connection: close");
  }

  private void check(String what, String found, String expected) {
    requests.incrementAndGet();
    if (!found.equals(expected)) {
      failures.add(what + ": \"" + found + "\"");
    }
  }

  private void client(String name, Client body) {
    clients.add(
        Thread.ofPlatform()
            .name(name)
            .start(
                () -> {
                  try {
                    body.run();
                  } catch (Exception e) {
                    failures.add(name + ": " + e + " after " + requests.get() + " requests");
                  }
                }));
  }

  int requests() {
    return requests.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread client : clients) {
      try {
        client.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
