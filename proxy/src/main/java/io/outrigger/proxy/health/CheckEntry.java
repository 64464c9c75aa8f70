package io.outrigger.proxy.health;

import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ValueFormat;
import io.outrigger.proxy.http.HeaderMutator;
import io.outrigger.proxy.worker.Worker;

/** What a check's request tells the operators in its headers: next to nothing. */
record CheckEntry(Worker worker, boolean http2, long startNanos, long startEpochMicros)
    implements LogEntry {
  /** Makes the configured changes to a check's headers. */
  static void apply(HeaderMutations mutations, Headers headers, CheckScope scope, boolean http2) {
    if (!mutations.steps().isEmpty()) {
      Worker worker = scope.worker();
      CheckEntry entry = new CheckEntry(worker, http2, worker.nanos(), worker.epochMillis() * 1000);
      new HeaderMutator(new ValueFormat()).apply(mutations, headers, entry);
    }
  }

  @Override
  public String protocol() {
    return http2 ? "HTTP/2" : "HTTP/1.1";
  }

  @Override
  public long endNanos() {
    return startNanos;
  }

  @Override
  public long bytesReceived() {
    return 0;
  }

  @Override
  public long bytesSent() {
    return 0;
  }

  @Override
  public long responseFlags() {
    return 0;
  }
}
