package io.outrigger.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Steady traffic: a request every so often, whatever becomes of those before. */
final class Load implements AutoCloseable {
  private static final int MAX_IN_FLIGHT = 200;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI target;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
  private final AtomicLong good = new AtomicLong();
  private final AtomicLong bad = new AtomicLong();
  private final Map<String, AtomicLong> versions = new ConcurrentHashMap<>();
  private final List<String> failures = new ArrayList<>();

  Load(URI target) {
    this.target = target;
  }

  void start(int perSecond) {
    long period = TimeUnit.SECONDS.toNanos(1) / perSecond;
    var _ = clock.scheduleAtFixedRate(this::fire, 0, period, TimeUnit.NANOSECONDS);
  }

  private void fire() {
    if (!inFlight.tryAcquire()) {
      failed("more than " + MAX_IN_FLIGHT + " requests are unanswered");
      return;
    }
    Thread.ofVirtual().name("load").start(this::request);
  }

  private void request() {
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(target).timeout(Duration.ofSeconds(15)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        good.incrementAndGet();
        count(response.body());
      } else {
        failed(response.statusCode() + " " + response.body().strip());
      }
    } catch (IOException e) {
      failed(e.getClass().getSimpleName() + " " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      inFlight.release();
    }
  }

  /** A page names the version of its reviews: "reviews v2: ...". */
  private void count(String body) {
    int at = body.indexOf("reviews v");
    if (at >= 0) {
      String version = body.substring(at + 8, body.indexOf(':', at));
      versions.computeIfAbsent(version, v -> new AtomicLong()).incrementAndGet();
    }
  }

  private void failed(String why) {
    bad.incrementAndGet();
    synchronized (failures) {
      if (failures.size() < 20) {
        failures.add(LocalTime.now(ZoneId.systemDefault()) + " " + why);
      }
    }
  }

  long good() {
    return good.get();
  }

  long bad() {
    return bad.get();
  }

  /** Requests answered by each version of the reviews since the start. */
  Map<String, Long> versions() {
    Map<String, Long> out = new java.util.TreeMap<>();
    versions.forEach((version, count) -> out.put(version, count.get()));
    return out;
  }

  /** The first failures, for people. */
  List<String> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    client.shutdownNow();
  }
}
