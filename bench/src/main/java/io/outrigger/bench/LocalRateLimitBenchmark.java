package io.outrigger.bench;

import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.ratelimit.Descriptor;
import io.outrigger.config.ratelimit.Descriptors;
import io.outrigger.config.ratelimit.LocalDecision;
import io.outrigger.config.ratelimit.LocalLimiter;
import io.outrigger.config.ratelimit.LocalLimiterCompiler;
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

/** What buckets decide about a request: of one for all, and of one by a descriptor beside it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LocalRateLimitBenchmark {
  private static final String BUCKET =
      "token_bucket: {max_tokens: 1000000, tokens_per_fill: 1000000, fill_interval: 1s}";

  private final LocalLimiter one = limiter("");
  private final LocalLimiter described =
      limiter("descriptors: [{entries: [{key: tenant, value: a}], " + BUCKET + "}]");
  private final Descriptors none = new Descriptors();
  private final Descriptors tenant = new Descriptors();
  private final LocalDecision decision = new LocalDecision();

  public LocalRateLimitBenchmark() {
    Descriptor descriptor = tenant.next();
    descriptor.add("tenant", "a");
  }

  private static LocalLimiter limiter(String more) {
    Problems problems = new Problems();
    LocalLimiter limiter =
        LocalLimiterCompiler.compile(
            Yamls.message(
                "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
                LocalRateLimit.parser(),
                "stat_prefix: x\n" + BUCKET + "\n" + more),
            problems);
    if (problems.hasErrors()) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    return limiter;
  }

  @Benchmark
  public boolean oneBucket() {
    one.decide(none, System.nanoTime(), 1, decision);
    return decision.allowed();
  }

  @Benchmark
  public boolean byDescriptor() {
    described.decide(tenant, System.nanoTime(), 1, decision);
    return decision.allowed();
  }
}
