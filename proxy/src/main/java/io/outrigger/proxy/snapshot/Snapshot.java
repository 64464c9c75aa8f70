package io.outrigger.proxy.snapshot;

/** All configuration that is in force at one moment. Immutable; shares unchanged records. */
public final class Snapshot {
  /** No configuration at all: what a worker has before its first snapshot. */
  public static final Snapshot EMPTY = new Snapshot();

  private Snapshot() {}
}
