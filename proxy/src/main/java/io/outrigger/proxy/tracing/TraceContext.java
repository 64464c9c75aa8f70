package io.outrigger.proxy.tracing;

/** The ids of a request's span and what came with them; used again with the exchange. */
final class TraceContext {
  long traceHigh;
  long traceLow;
  long spanId;

  /** 0: none. */
  long parentId;

  boolean sampled;

  /** What the request said of sampling: one of the three below. */
  int asked;

  /** Whether the request brought its parent's ids. */
  boolean remoteParent;

  /** Whether the ids travel in one header, {@code b3}. */
  boolean single;

  String state = "";

  static final int UNSAID = 0;
  static final int YES = 1;
  static final int NO = 2;

  void clear() {
    traceHigh = 0;
    traceLow = 0;
    spanId = 0;
    parentId = 0;
    sampled = false;
    asked = UNSAID;
    remoteParent = false;
    single = false;
    state = "";
  }
}
