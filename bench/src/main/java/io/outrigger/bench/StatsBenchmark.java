package io.outrigger.bench;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Statistics, as a worker counts them in its own cell. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StatsBenchmark {
  private final StatStore store = new StatStore(2);
  private final Counter counter = store.counter("cluster.c.upstream_rq_total");
  private final Histogram histogram = store.histogram("cluster.c.upstream_rq_time");
  private long value;

  @Benchmark
  public void counterIncrement() {
    counter.inc(1);
  }

  /** Values of 0 to 1023 in turn. */
  @Benchmark
  public void histogramRecord() {
    value = (value + 37) & 1023;
    histogram.record(1, value);
  }
}
