package io.outrigger.proxy.snapshot;

/** What became of a question for a cluster. */
public enum ClusterAnswer {
  /** It is in force, and knows its hosts. */
  THERE,
  /** The server doesn't have it. */
  MISSING,
  /** Nothing came in time. */
  LATE
}
