package io.outrigger.control.world;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The world in force, and who wants to know of the next. Written by one ingest thread. */
public final class Worlds {
  private final List<Consumer<Applied>> listeners = new CopyOnWriteArrayList<>();
  private volatile World current;

  public Worlds(World first) {
    this.current = first;
  }

  /** The newest world; never null, empty before anything was read. */
  public World current() {
    return current;
  }

  /** Calls for each new world, on the ingest thread: listeners hand over and return. */
  public void onApplied(Consumer<Applied> listener) {
    listeners.add(listener);
  }

  /** Puts a world in force and tells the listeners. */
  public void apply(Applied applied) {
    current = applied.world();
    for (Consumer<Applied> listener : listeners) {
      listener.accept(applied);
    }
  }
}
