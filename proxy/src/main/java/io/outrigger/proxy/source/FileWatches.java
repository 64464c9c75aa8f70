package io.outrigger.proxy.source;

import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Watches directories for files that are moved into them, as Envoy does: a file that is written in
 * place is not noticed, for half of it might be read. On the configuration loop; a thread that
 * waits for the kernel is started with the first watch.
 */
public final class FileWatches {
  /** One watch, until it is closed. */
  public final class Watch {
    private final WatchKey key;
    private final @Nullable String name;
    private final Runnable changed;

    private Watch(WatchKey key, @Nullable String name, Runnable changed) {
      this.key = key;
      this.name = name;
      this.changed = changed;
    }

    /** Watches no more. */
    public void close() {
      List<Watch> others = watches.get(key);
      if (others != null && others.remove(this) && others.isEmpty()) {
        watches.remove(key);
        key.cancel();
      }
    }
  }

  private final Executor loop;
  private final Map<WatchKey, List<Watch>> watches = new HashMap<>();
  private @Nullable WatchService service;

  /** {@code loop} is where watches are told of changes. */
  public FileWatches(Executor loop) {
    this.loop = loop;
  }

  /**
   * Watches a directory.
   *
   * @param name the file that counts; null: each one
   */
  public Watch watch(Path directory, @Nullable String name, Runnable changed) throws IOException {
    WatchService kernel = service;
    if (kernel == null) {
      kernel = FileSystems.getDefault().newWatchService();
      service = kernel;
      WatchService waited = kernel;
      Thread.ofPlatform().daemon(true).name("outrigger-files").start(() -> run(waited));
    }
    WatchKey key = directory.register(kernel, StandardWatchEventKinds.ENTRY_CREATE);
    Watch watch = new Watch(key, name, changed);
    watches.computeIfAbsent(key, k -> new ArrayList<>()).add(watch);
    return watch;
  }

  private void run(WatchService kernel) {
    try {
      while (true) {
        WatchKey key = kernel.take();
        Set<String> names = new HashSet<>();
        boolean all = false;
        for (WatchEvent<?> event : key.pollEvents()) {
          all |= event.kind() == StandardWatchEventKinds.OVERFLOW;
          names.add(String.valueOf(event.context()));
        }
        boolean any = all;
        key.reset();
        loop.execute(() -> tell(key, names, any));
      }
    } catch (ClosedWatchServiceException e) {
      Log.CONFIG.debug("files are watched no more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(WatchKey key, Set<String> names, boolean all) {
    for (Watch watch : List.copyOf(watches.getOrDefault(key, List.of()))) {
      if (all || watch.name == null || names.contains(watch.name)) {
        watch.changed.run();
      }
    }
  }

  /** Ends all watches. */
  public void close() {
    watches.clear();
    WatchService kernel = service;
    if (kernel != null) {
      try {
        kernel.close();
      } catch (IOException e) {
        Log.CONFIG.debug("closing the watch of files: " + e.getMessage());
      }
    }
  }
}
