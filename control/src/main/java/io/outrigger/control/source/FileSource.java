package io.outrigger.control.source;

import io.outrigger.control.resource.Problem;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches paths for configuration files and hands on each batch of changed ones.
 *
 * <p>The system's notice of a change only wakes the thread up: what has changed is found by looking
 * at all files' stamps, and now and then at their content, so that nothing depends on which notices
 * a file system gives. Looking takes at most a twentieth of a processor. One thread of its own.
 */
public final class FileSource implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ingest");
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long REREAD_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int SHARE = 20;

  private final List<Path> roots;
  private final Sink sink;
  private final Debounce<Path> debounce =
      new Debounce<>(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(250));
  private final WatchService watch;
  private final Thread thread;
  private final Map<Path, WatchKey> watched = new HashMap<>();
  private final Map<Path, Stamp> stamps = new HashMap<>();
  private final Map<Path, ParsedFile> newest = new HashMap<>();
  private final Map<Path, String> believed = new HashMap<>();
  private volatile boolean closed;

  public FileSource(List<Path> roots, Sink sink) throws IOException {
    this.roots = List.copyOf(roots);
    this.sink = sink;
    this.watch = FileSystems.getDefault().newWatchService();
    this.thread = Thread.ofPlatform().daemon().name("ingest").unstarted(this::run);
  }

  /** Reads everything once on the caller's thread, then begins to watch. */
  public void start() {
    long now = System.nanoTime();
    look(false);
    sink.changed(named(newest), now);
    newest.forEach((file, content) -> believed.put(file, content.hash()));
    newest.keySet().forEach(debounce::unchanged);
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    try {
      watch.close();
      thread.join(Duration.ofSeconds(5));
    } catch (IOException e) {
      // nothing is left to close
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long nextReread = System.nanoTime() + REREAD_NANOS;
    long period = LOOK_NANOS;
    try {
      while (!closed) {
        WatchKey key = watch.poll(debounce.wait(System.nanoTime(), period), TimeUnit.NANOSECONDS);
        while (key != null) {
          key.pollEvents();
          key.reset();
          key = watch.poll();
        }
        long before = System.nanoTime();
        boolean reread = before >= nextReread;
        hand(() -> look(reread));
        long took = System.nanoTime() - before;
        if (reread) {
          nextReread = before + Math.max(REREAD_NANOS, took * SHARE);
        } else {
          period = Math.max(LOOK_NANOS, took * SHARE);
        }
        hand(this::flush);
      }
    } catch (ClosedWatchServiceException e) {
      // closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // a bug in a reader must not end the watch: the last good world stays, and it says so
  private static void hand(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a change of configuration could not be taken in", e);
    }
  }

  private static Map<String, ParsedFile> named(Map<Path, ParsedFile> files) {
    Map<String, ParsedFile> out = new HashMap<>();
    files.forEach((file, content) -> out.put(file.toString(), content));
    return out;
  }

  private void flush() {
    long seen = debounce.first();
    Set<Path> due = debounce.due(System.nanoTime());
    if (due.isEmpty()) {
      return;
    }
    Map<Path, ParsedFile> batch = new HashMap<>();
    for (Path file : due) {
      ParsedFile content = newest.getOrDefault(file, ParsedFile.absent());
      batch.put(file, content);
      believed.put(file, content.hash());
    }
    sink.changed(named(batch), seen);
  }

  private void look(boolean reread) {
    FileTree tree = FileTree.scan(roots);
    tree.directories().forEach(this::watch);
    watched.keySet().retainAll(tree.directories());
    for (Map.Entry<Path, Stamp> entry : tree.files().entrySet()) {
      Path file = entry.getKey();
      boolean same = entry.getValue().equals(stamps.put(file, entry.getValue()));
      if (!same || reread) {
        byte[] content = read(file);
        if (content != null) {
          seen(file, content);
        }
      }
    }
    Set<Path> gone = new HashSet<>(stamps.keySet());
    gone.removeAll(tree.files().keySet());
    for (Path file : gone) {
      stamps.remove(file);
      newest.remove(file);
      if (!believed.getOrDefault(file, "").isEmpty()) {
        debounce.changed(file, Debounce.Look.DOUBTFUL, System.nanoTime());
      } else {
        debounce.unchanged(file);
      }
    }
  }

  private void seen(Path file, byte[] bytes) {
    ParsedFile last = newest.get(file);
    String hash = ParsedFile.hash(bytes);
    if (last != null && last.hash().equals(hash)) {
      return;
    }
    ParsedFile content = ParsedFile.parse(file.toString(), bytes);
    newest.put(file, content);
    if (hash.equals(believed.get(file))) {
      debounce.unchanged(file);
      return;
    }
    Debounce.Look look =
        content.empty() || content.problems().stream().anyMatch(Problem::error)
            ? Debounce.Look.DOUBTFUL
            : sink.removesEndpoints(file.toString(), content)
                ? Debounce.Look.REMOVES_ENDPOINTS
                : Debounce.Look.PLAIN;
    debounce.changed(file, look, System.nanoTime());
  }

  private static byte @Nullable [] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      // gone between two looks
      return null;
    }
  }

  private void watch(Path directory) {
    WatchKey key = watched.get(directory);
    if (key != null && key.isValid()) {
      return;
    }
    try {
      watched.put(
          directory,
          directory.register(
              watch,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_DELETE,
              StandardWatchEventKinds.ENTRY_MODIFY));
    } catch (IOException e) {
      // the periodic look sees its files all the same
    }
  }
}
