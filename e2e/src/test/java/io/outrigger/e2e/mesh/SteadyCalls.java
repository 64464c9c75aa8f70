package io.outrigger.e2e.mesh;

import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Callers of services through a sidecar's forward proxy, each on a connection of its own. */
final class SteadyCalls implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final int proxyPort;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final List<Thread> callers = new ArrayList<>();
  private volatile boolean stopped;

  SteadyCalls(int proxyPort) {
    this.proxyPort = proxyPort;
  }

  /** Begins to call a service. */
  void to(String service) {
    callers.add(Thread.ofPlatform().name("caller of " + service).start(() -> run(service)));
  }

  private void run(String service) {
    String host = service + ":9080";
    while (!stopped) {
      try (RawClient client = new RawClient(proxyPort)) {
        while (!stopped) {
          client.send("GET http://" + host + "/hello HTTP/1.1\r\nhost: " + host + "\r\n\r\n");
          String answer = client.response(false);
          if (answer.startsWith("HTTP/1.1 200 ")) {
            answered.incrementAndGet();
          } else {
            failures.add(service + ": " + answer);
            break;
          }
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      } catch (IOException e) {
        failures.add(service + ": " + e);
      }
    }
  }

  int answered() {
    return answered.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread caller : callers) {
      try {
        caller.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
