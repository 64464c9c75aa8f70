package io.outrigger.proxy.tracing;

import io.outrigger.config.http.Headers;

/** How a trace travels in headers. Immutable but for a scratch buffer: a worker's. */
interface Propagation {
  /** No trace came. */
  int ABSENT = 0;

  /** A parent's ids came, and are in the context. */
  int PARENT = 1;

  /** What came can't be read; the request isn't traced, and its headers stay. */
  int INVALID = 2;

  /** Reads the request's headers into the context. */
  int extract(Headers headers, TraceContext context);

  /** Tells the next hop of the trace, with this span as its parent. */
  void inject(Headers headers, TraceContext context, long spanId, long parentId);
}
