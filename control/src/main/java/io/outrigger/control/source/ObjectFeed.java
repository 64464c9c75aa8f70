package io.outrigger.control.source;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Batches what a source sees object by object, and hands each batch to the sink. Any thread may
 * tell it; one thread of its own hands on.
 */
public final class ObjectFeed implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ingest");
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Seen(String name, ParsedFile content) {}

  private final String source;
  private final Sink sink;
  private final LinkedBlockingQueue<Seen> queue = new LinkedBlockingQueue<>();
  private final Debounce<String> debounce =
      new Debounce<>(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(20));
  private final Map<String, ParsedFile> newest = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Feeds a sink.
   *
   * @param source the source's name, for its thread and for messages
   */
  public ObjectFeed(String source, Sink sink) {
    this.source = source;
    this.sink = sink;
    this.thread = Thread.ofPlatform().daemon().name(source).unstarted(this::run);
  }

  /** An object is as this now; {@link ParsedFile#absent} when it is gone. */
  public void seen(String name, ParsedFile content) {
    queue.add(new Seen(name, content));
  }

  /** Waits until everything was seen once, hands that on as one batch, and goes on by itself. */
  public void start(BooleanSupplier complete) throws InterruptedException {
    while (!complete.getAsBoolean()) {
      take(TimeUnit.MILLISECONDS.toNanos(20));
    }
    long now = System.nanoTime();
    drain(now);
    Map<String, ParsedFile> all = Map.copyOf(newest);
    all.keySet().forEach(debounce::unchanged);
    newest.clear();
    sink.changed(all, now);
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        take(debounce.wait(System.nanoTime(), IDLE_NANOS));
        try {
          flush();
        } catch (RuntimeException e) {
          // a bug in a reader must not end the watch: the last good world stays, and it says so
          LOG.log(System.Logger.Level.ERROR, "a change of " + source + " could not be taken in", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(long waitNanos) throws InterruptedException {
    Seen first = queue.poll(waitNanos, TimeUnit.NANOSECONDS);
    if (first != null) {
      long now = System.nanoTime();
      note(first, now);
      drain(now);
    }
  }

  private void drain(long now) {
    for (Seen next = queue.poll(); next != null; next = queue.poll()) {
      note(next, now);
    }
  }

  private void note(Seen seen, long now) {
    newest.put(seen.name(), seen.content());
    debounce.changed(
        seen.name(),
        sink.removesEndpoints(seen.name(), seen.content())
            ? Debounce.Look.REMOVES_ENDPOINTS
            : Debounce.Look.PLAIN,
        now);
  }

  private void flush() {
    long seen = debounce.first();
    Set<String> due = debounce.due(System.nanoTime());
    if (due.isEmpty()) {
      return;
    }
    Map<String, ParsedFile> batch = new HashMap<>();
    for (String name : due) {
      ParsedFile content = newest.remove(name);
      if (content != null) {
        batch.put(name, content);
      }
    }
    sink.changed(batch, seen);
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // the source never came as far as to have seen everything
    }
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
