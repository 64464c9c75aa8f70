package io.outrigger.cli.demo;

import io.outrigger.cli.local.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a scenario may do with the running shop: ask, look at statistics, break things. */
final class Trial {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (name, value) -> true);

  private static final int STEADY = 20;

  private final Check check;
  private final Mesh mesh;
  private final SidecarStats stats = new SidecarStats();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  Trial(Check check, Mesh mesh) {
    this.check = check;
    this.mesh = mesh;
  }

  /** Asks the front end, with headers as name and value by turns. */
  Answer get(String path, String... headers) throws InterruptedException {
    return send(client, DemoCommand.frontend().resolve(path), headers);
  }

  /** Asks by the mesh's name of a service, as the application beside a sidecar would. */
  Answer getAs(String caller, String url, String... headers) throws InterruptedException {
    InetSocketAddress proxy =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Instance.named(caller).proxyPort());
    try (HttpClient own = HttpClient.newBuilder().proxy(ProxySelector.of(proxy)).build()) {
      return send(own, URI.create(url), headers);
    }
  }

  private static Answer send(HttpClient by, URI uri, String... headers)
      throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(15));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    long start = System.nanoTime();
    try {
      HttpResponse<String> response =
          by.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response.headers(), since(start));
    } catch (IOException e) {
      return new Answer(0, String.valueOf(e.getMessage()), NO_HEADERS, since(start));
    }
  }

  private static long since(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  /** Asks the front end many times, by so many callers at once. */
  List<Answer> many(int requests, int callers, String path, String... headers)
      throws InterruptedException {
    List<Answer> answers = new ArrayList<>();
    Thread[] threads = new Thread[callers];
    for (int i = 0; i < callers; i++) {
      threads[i] =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int k = 0; k < requests / callers; k++) {
                        Answer answer = get(path, headers);
                        synchronized (answers) {
                          answers.add(answer);
                        }
                      }
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return answers;
  }

  /** A counter or gauge of an instance's sidecar; 0 if it has none of that name. */
  long stat(String instance, String name) throws IOException, InterruptedException {
    return stats.read(Instance.named(instance)).number(name);
  }

  /** What an instance's sidecar and application have printed. */
  String log(String instance) throws IOException {
    return Files.readString(mesh.child(instance).log());
  }

  /** A folder for what a scenario makes. */
  Path run() {
    return mesh.run();
  }

  /** The folder that the control plane watches. */
  Path config() {
    return mesh.config();
  }

  /** Has an application fail that share of its requests, and answer each so much later. */
  void misbehave(String instance, double fail, long delayMillis)
      throws IOException, InterruptedException {
    URI uri =
        URI.create(
            "http://127.0.0.1:"
                + Instance.named(instance).appPort()
                + Bookshop.BEHAVE
                + "?fail="
                + fail
                + "&delay="
                + delayMillis);
    Answer answer = send(client, uri);
    if (!answer.ok()) {
      throw new IOException(uri + " answered " + answer);
    }
  }

  /** Ends all misbehaviour. */
  void behaveAgain() throws IOException, InterruptedException {
    for (Instance instance : Instance.ALL) {
      misbehave(instance.name(), 0, 0);
    }
  }

  /** Waits until something holds; reports it as failed if that takes too long. */
  boolean await(String what, Readiness.Condition condition) throws InterruptedException {
    boolean held = Readiness.await(PATIENCE, condition);
    if (!held) {
      report(false, what, "not within " + PATIENCE.toSeconds() + " s");
    }
    return held;
  }

  /**
   * As {@link #await}, many times in a row: a policy of those who are called holds for connections
   * made since; those from before end with a request soon.
   */
  boolean awaitSteadily(String what, Readiness.Condition condition) throws InterruptedException {
    return await(
        what,
        () -> {
          for (int i = 0; i < STEADY; i++) {
            if (!condition.holds()) {
              return false;
            }
          }
          return true;
        });
  }

  /** One assertion, with what was measured. */
  void report(boolean holds, String what, String measured) {
    check.report(holds, what, measured);
  }
}
