package io.outrigger.proxy.userfilter;

import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Watches a folder for jars, and loads what is new once it is no longer being written. A jar that
 * can't be loaded leaves its predecessor in force. One daemon thread of its own.
 */
final class FilterFolder implements AutoCloseable {
  private static final long LOOK_NANOS = 200_000_000;

  /** How a file looked; two looks alike make it whole. */
  private record Stamp(long modifiedNanos, long size, @Nullable Object key) {}

  private final Path folder;
  private final Consumer<Map<String, LoadedFilter>> sink;
  private final Map<Path, Stamp> seen = new HashMap<>();
  private final Map<Path, Stamp> loaded = new HashMap<>();
  private final TreeMap<Path, List<LoadedFilter>> filters = new TreeMap<>();
  private long generation;
  private boolean unreadable;
  private volatile boolean closed;

  FilterFolder(Path folder, Consumer<Map<String, LoadedFilter>> sink) {
    this.folder = folder;
    this.sink = sink;
  }

  /** Loads what is there on the caller's thread, then watches. */
  void start() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is no folder");
    }
    look();
    look();
    Thread.ofPlatform().daemon().name("outrigger-filters").start(this::run);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(LOOK_NANOS);
      try {
        look();
        unreadable = false;
      } catch (IOException | RuntimeException e) {
        if (closed || unreadable) {
          continue;
        }
        unreadable = true;
        Log.FILTER.error("the folder of filters " + folder + " can't be read: " + e.getMessage());
      }
    }
  }

  private void look() throws IOException {
    Map<Path, Stamp> now = stamps();
    boolean changed = filters.keySet().retainAll(now.keySet());
    loaded.keySet().retainAll(now.keySet());
    for (Map.Entry<Path, Stamp> file : now.entrySet()) {
      Stamp stamp = file.getValue();
      if (stamp.equals(seen.get(file.getKey())) && !stamp.equals(loaded.get(file.getKey()))) {
        loaded.put(file.getKey(), stamp);
        changed |= load(file.getKey());
      }
    }
    seen.clear();
    seen.putAll(now);
    if (changed) {
      sink.accept(byType());
    }
  }

  private Map<Path, Stamp> stamps() throws IOException {
    Map<Path, Stamp> stamps = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".jar")) {
          BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
          stamps.put(
              file,
              new Stamp(
                  is.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS),
                  is.size(),
                  is.fileKey()));
        }
      }
    }
    return stamps;
  }

  private boolean load(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      List<LoadedFilter> found = LoadedFilter.read(name, Files.readAllBytes(file), ++generation);
      filters.put(file, found);
      Log.FILTER.info(name + " brings " + found.stream().map(LoadedFilter::type).toList());
      return true;
    } catch (IOException | LinkageError e) {
      Log.FILTER.error(
          name
              + " isn't loaded: "
              + e.getMessage()
              + (filters.containsKey(file) ? "; the one before stays in force" : ""));
      return false;
    }
  }

  private Map<String, LoadedFilter> byType() {
    Map<String, LoadedFilter> all = new HashMap<>();
    for (List<LoadedFilter> ofJar : filters.values()) {
      for (LoadedFilter filter : ofJar) {
        LoadedFilter first = all.putIfAbsent(filter.type(), filter);
        if (first != null) {
          Log.FILTER.error(
              filter.type()
                  + " is in "
                  + first.jar()
                  + " and "
                  + filter.jar()
                  + "; the first one is used");
        }
      }
    }
    return Map.copyOf(all);
  }
}
