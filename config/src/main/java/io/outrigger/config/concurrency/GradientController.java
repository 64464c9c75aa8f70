package io.outrigger.config.concurrency;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Envoy's gradient controller: how many requests may be under way, from how much longer they take
 * now than at their fastest. Any thread.
 *
 * <p>It has no timers: a window that is over is closed by the next request or answer. The clock is
 * its callers', in nanoseconds.
 */
public final class GradientController {
  private static final int MIN_LIMITS_UNTIL_MEASURED = 5;

  private final GradientSettings settings;
  private final AtomicInteger outstanding = new AtomicInteger();
  private final LatencySamples samples = new LatencySamples();
  private volatile int limit;
  private volatile long nextChange;
  private boolean started;
  private boolean measuring;
  private int deferredLimit;
  private int timesAtMinimum;
  private long measuringSince;
  private long windowEnds;
  private boolean planned;
  private long measureAt;
  private long minRttMicros;

  // what is shown; written with the lock held
  private volatile long sampleRttMicros;
  private volatile int gradientPerMille;
  private volatile int burst;
  private volatile boolean measuringShown;
  private volatile long minRttShown;

  public GradientController(GradientSettings settings) {
    this.settings = settings;
    this.limit = settings.minConcurrency();
    this.measuringShown = measures();
    this.minRttShown = settings.fixedMinRttNanos() / 1000;
  }

  private boolean measures() {
    return settings.minRttIntervalNanos() > 0;
  }

  /** Whether a request may go on; then {@link #answered} or {@link #cancelled} must follow. */
  public boolean admit(long now) {
    if (!started || now - nextChange >= 0) {
      changeWindows(now);
    }
    int before = outstanding.get();
    while (before < limit) {
      if (outstanding.compareAndSet(before, before + 1)) {
        return true;
      }
      before = outstanding.get();
    }
    return false;
  }

  /** The request that began then has its answer. */
  public void answered(long began, long now, LongSupplier random) {
    outstanding.decrementAndGet();
    synchronized (this) {
      if (measuring && began - measuringSince < 0) {
        return; // it says nothing of the concurrency at which the least latency is measured
      }
      samples.add((now - began) / 1000);
      if (measuring && samples.count() >= settings.minRttRequests()) {
        endMeasurement(now, random);
      }
    }
  }

  /** The request ended without an answer, and tells nothing. */
  public void cancelled() {
    outstanding.decrementAndGet();
  }

  private synchronized void changeWindows(long now) {
    if (!started) {
      started = true;
      windowEnds = now + settings.updateNanos();
      if (measures()) {
        beginMeasurement(now);
      } else {
        minRttMicros = settings.fixedMinRttNanos() / 1000;
      }
    }
    if (!measuring && now - windowEnds >= 0) {
      if (samples.count() > 0) {
        sampleRttMicros = Math.max(1, samples.quantile(settings.percentile()));
        samples.clear();
        limit(newLimit(), now);
      }
      windowEnds = now + settings.updateNanos();
    }
    if (!measuring && planned && now - measureAt >= 0) {
      beginMeasurement(now);
    }
    planNext(now);
  }

  private void planNext(long now) {
    long next = measuring ? now + settings.updateNanos() : windowEnds;
    boolean measurementFirst = !measuring && planned && measureAt - next < 0; // clocks wrap
    nextChange = measurementFirst ? measureAt : next;
  }

  private void beginMeasurement(long now) {
    planned = false;
    deferredLimit = limit;
    measuring = true;
    measuringShown = true;
    limit(settings.minConcurrency(), now);
    samples.clear();
    measuringSince = now;
  }

  private void endMeasurement(long now, LongSupplier random) {
    minRttMicros = samples.quantile(settings.percentile());
    minRttShown = minRttMicros;
    samples.clear();
    limit(deferredLimit, now);
    measuring = false;
    measuringShown = false;
    long jitter = (long) Math.ceil(settings.minRttIntervalNanos() * settings.jitter());
    planned = true;
    measureAt =
        now
            + settings.minRttIntervalNanos()
            + (jitter == 0 ? 0 : Long.remainderUnsigned(random.getAsLong(), jitter));
    windowEnds = now + settings.updateNanos();
    planNext(now);
  }

  private int newLimit() {
    double buffered = minRttMicros + minRttMicros * settings.buffer();
    double gradient = Math.clamp(buffered / sampleRttMicros, 0.5, 2.0);
    gradientPerMille = (int) (1000 * gradient);
    double scaled = limit * gradient;
    double headroom = Math.sqrt(scaled);
    burst = (int) headroom;
    return Math.clamp(
        (long) (scaled + headroom), settings.minConcurrency(), settings.maxConcurrency());
  }

  /** A limit that stays at its minimum may come from a least latency that is wrong. */
  private void limit(int now, long nanos) {
    boolean atMinimum =
        !measuring && limit == settings.minConcurrency() && now == settings.minConcurrency();
    timesAtMinimum = atMinimum ? timesAtMinimum + 1 : 0;
    limit = now;
    if (timesAtMinimum >= MIN_LIMITS_UNTIL_MEASURED && measures()) {
      timesAtMinimum = 0;
      planned = true;
      measureAt = nanos;
    }
  }

  public int limit() {
    return limit;
  }

  public boolean isMeasuring() {
    return measuringShown;
  }

  public long minRttMillis() {
    return minRttShown / 1000;
  }

  public long sampleRttMillis() {
    return sampleRttMicros / 1000;
  }

  /** A thousand is one. */
  public int gradientPerMille() {
    return gradientPerMille;
  }

  public int burst() {
    return burst;
  }
}
