package io.outrigger.e2e.chaos;

import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients of one service by a sidecar's forward proxy; what became of each request is kept. */
final class ChaosLoad implements AutoCloseable {
  /** One request's end; status 0 is a connection that broke. */
  record Outcome(String id, boolean post, int status, long millis) {}

  private final int proxy;
  private final String service;
  private final boolean posts;
  private final int atMost;
  private final AtomicInteger next = new AtomicInteger();
  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * @param posts whether every other request is a POST
   * @param atMost how many requests there are before the clients end by themselves
   */
  ChaosLoad(int proxy, String service, int clients, boolean posts, int atMost) {
    this.proxy = proxy;
    this.service = service + ":9080";
    this.posts = posts;
    this.atMost = atMost;
    for (int i = 0; i < clients; i++) {
      this.clients.add(Thread.ofVirtual().start(this::run));
    }
  }

  private void run() {
    int id = next.getAndIncrement();
    while (!stopped && id < atMost) {
      try (RawClient client = new RawClient(proxy)) {
        boolean open = true;
        while (open && !stopped && id < atMost) {
          open = ask(client, id);
          id = next.getAndIncrement();
        }
      } catch (IOException e) {
        record("connection", false, 0, 0);
        return;
      }
    }
  }

  private boolean ask(RawClient client, int number) {
    boolean post = posts && number % 2 == 1;
    String id = (post ? "post-" : "get-") + number;
    long begin = System.nanoTime();
    String answer;
    try {
      client.send(
          (post ? "POST" : "GET")
              + " http://"
              + service
              + "/x HTTP/1.1\r\nhost: "
              + service
              + "\r\nx-id: "
              + id
              + (post ? "\r\ncontent-length: 5\r\n\r\norder" : "\r\n\r\n"));
      answer = client.response(false);
    } catch (IOException e) {
      answer = "";
    }
    int status = answer.length() < 12 ? 0 : Integer.parseInt(answer.substring(9, 12));
    record(id, post, status, (System.nanoTime() - begin) / 1_000_000);
    return status != 0 && !answer.contains("connection: close");
  }

  private void record(String id, boolean post, int status, long millis) {
    outcomes.add(new Outcome(id, post, status, millis));
    count.incrementAndGet();
  }

  int count() {
    return count.get();
  }

  List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  /** Waits for the clients' own end. */
  void join() throws InterruptedException {
    for (Thread client : clients) {
      client.join();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    join();
  }
}
