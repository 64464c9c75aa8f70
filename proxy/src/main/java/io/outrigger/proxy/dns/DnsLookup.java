package io.outrigger.proxy.dns;

import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** One request's or connection's question to a cache of names. On its worker. */
public final class DnsLookup {
  /** What became of the question at once. */
  public enum Result {
    /** The answer is there: {@link #name}. */
    KNOWN,
    /** It comes: the action is run then. */
    LOADING,
    /** The cache is full: max_hosts. */
    OVERFLOW,
    /** Too many wait: max_pending_requests. */
    PENDING_OVERFLOW
  }

  private final DnsCache cache;
  private final Worker worker;
  private final Runnable whenKnown;
  private @Nullable CachedName name;
  private boolean waiting;

  public DnsLookup(DnsCache cache, Worker worker, Runnable whenKnown) {
    this.cache = cache;
    this.worker = worker;
    this.whenKnown = whenKnown;
  }

  /** Asks, once. */
  public Result start(String authority, int defaultPort) {
    if (cache.pending().isOpen()) {
      cache.stats().pendingOverflow.inc(worker.index());
      return Result.PENDING_OVERFLOW;
    }
    CachedName known = cache.get(authority, defaultPort);
    if (known == null || !known.isComplete()) {
      cache.pending().acquire();
      waiting = true; // before the cache knows of it: the answer may be on its way at once
      known = cache.await(authority, defaultPort, this);
      if (known == null) {
        done();
        cache.stats().hostOverflow.inc(worker.index());
        return Result.OVERFLOW;
      }
      if (!known.isComplete()) {
        return Result.LOADING;
      }
      done();
    }
    known.use(worker.nanos());
    name = known;
    return Result.KNOWN;
  }

  /** What DNS said. */
  public CachedName name() {
    CachedName known = name;
    assert known != null;
    return known;
  }

  /** {@code dns_resolution_failure{..}}, as %RESPONSE_CODE_DETAILS% prints it. */
  public static String details(CachedName name) {
    return "dns_resolution_failure{" + name.details().replace(' ', '_') + "}";
  }

  /** On the loop of configuration: the answer is there. */
  void answered(CachedName known) {
    worker.loop().execute(() -> tell(known));
  }

  private void tell(CachedName known) {
    if (waiting) {
      done();
      known.use(worker.nanos());
      name = known;
      whenKnown.run();
    }
  }

  /** Nobody waits for the answer any more. */
  public void cancel() {
    if (waiting) {
      done();
    }
  }

  private void done() {
    waiting = false;
    cache.pending().release();
  }
}
