package io.outrigger.proxy.stats.sink;

/** A place where statistics are sent to. */
@FunctionalInterface
interface StatsOutput {
  void flush(FlushedStats stats);
}
