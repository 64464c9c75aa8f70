package io.outrigger.config.overload;

/** What is watched. */
public sealed interface ResourceMonitor {
  String name();

  /** The heap's and the buffers' bytes. */
  record FixedHeap(String name, long maxBytes) implements ResourceMonitor {}

  /** Connections of all listeners: no more than this are taken. */
  record DownstreamConnections(String name, long max) implements ResourceMonitor {}

  /** A number in a file, for tests. */
  record Injected(String name, String filename) implements ResourceMonitor {}

  /** One without effect: it is never under pressure. */
  record Ignored(String name) implements ResourceMonitor {}
}
