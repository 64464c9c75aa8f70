package io.outrigger.control.ratelimit;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counters in Redis, for many servers together: INCRBY and EXPIRE of all who ask, pipelined on one
 * connection. While Redis is away every question fails at once, and one that is not answered in
 * time fails then.
 */
final class RedisCounters implements Counters {
  private static final int MOST_WAITING = 10_000;
  private static final int BATCH = 256;
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 500;
  private static final String PREFIX = "outrigger:ratelimit:";

  private final Options options;
  private final InstantSource clock;
  private final ArrayBlockingQueue<Asked> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ScheduledExecutorService timeouts =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("redis-timeouts").factory());
  private final Thread thread = Thread.ofVirtual().name("redis").unstarted(this::run);
  private volatile @Nullable RedisConnection connection;

  /**
   * Where Redis is.
   *
   * @param password empty: none
   * @param timeoutMillis until a question fails
   * @param jitterSeconds counters outlive their window by up to this, so that not all go at once
   */
  record Options(String host, int port, String password, long timeoutMillis, int jitterSeconds) {}

  /** A question on its way: its commands, and who waits for the answers. */
  record Asked(byte[] commands, long[] after, CompletableFuture<long[]> answer) {}

  RedisCounters(Options options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
  }

  void start() {
    thread.start();
  }

  @Override
  public CompletionStage<long[]> add(List<Hits> hits) {
    if (hits.isEmpty()) {
      return CompletableFuture.completedStage(new long[0]);
    }
    if (connection == null) {
      return CompletableFuture.failedStage(new IOException("Redis is away"));
    }
    Asked asked = new Asked(commands(hits), new long[hits.size()], new CompletableFuture<>());
    if (!queue.offer(asked)) {
      return CompletableFuture.failedStage(new IOException("Redis is too slow"));
    }
    var timeout =
        timeouts.schedule(
            () ->
                asked
                    .answer()
                    .completeExceptionally(new IOException("Redis did not answer in time")),
            options.timeoutMillis(),
            TimeUnit.MILLISECONDS);
    asked.answer().whenComplete((after, failure) -> timeout.cancel(false));
    return asked.answer();
  }

  private byte[] commands(List<Hits> hits) {
    long now = clock.millis() / 1000;
    ByteArrayOutputStream out = new ByteArrayOutputStream(hits.size() * 128);
    for (Hits one : hits) {
      int jitter =
          options.jitterSeconds() == 0
              ? 0
              : ThreadLocalRandom.current().nextInt(options.jitterSeconds() + 1);
      String key = PREFIX + one.key();
      command(out, "INCRBY", key, Long.toString(one.number()));
      command(out, "EXPIRE", key, Long.toString(Math.max(1, one.end() - now + jitter)));
    }
    return out.toByteArray();
  }

  /** A command in RESP: an array of bulk strings. */
  static void command(ByteArrayOutputStream out, String... words) {
    out.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(bytes);
      out.writeBytes(new byte[] {'\r', '\n'});
    }
  }

  /** Connects, writes what is asked, and connects again after each failure. */
  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      while (closed.getCount() > 0) {
        try (RedisConnection open = RedisConnection.open(options)) {
          connection = open;
          pause = FIRST_PAUSE_MILLIS;
          write(open);
        } catch (IOException e) {
          pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
        } finally {
          connection = null;
          failQueued();
        }
        if (closed.await(pause, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the connection breaks. */
  private void write(RedisConnection open) throws IOException, InterruptedException {
    BufferedOutputStream out = open.out();
    List<Asked> batch = new ArrayList<>(BATCH);
    while (closed.getCount() > 0) {
      Asked first = queue.poll(100, TimeUnit.MILLISECONDS);
      open.check();
      if (first == null) {
        continue;
      }
      batch.add(first);
      queue.drainTo(batch, BATCH - 1);
      for (Asked asked : batch) {
        if (!asked.answer().isDone()) { // who has given up is not counted
          open.expect(asked);
          out.write(asked.commands());
        }
      }
      batch.clear();
      out.flush();
    }
  }

  private void failQueued() {
    for (Asked asked = queue.poll(); asked != null; asked = queue.poll()) {
      asked.answer().completeExceptionally(new IOException("Redis is away"));
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    timeouts.shutdownNow();
  }
}
