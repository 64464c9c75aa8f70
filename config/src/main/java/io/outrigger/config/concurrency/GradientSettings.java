package io.outrigger.config.concurrency;

/**
 * GradientControllerConfig. Percentages are fractions of one.
 *
 * @param percentile of a window's latencies that stands for all
 * @param updateNanos how long latencies are gathered for a new limit
 * @param minRttIntervalNanos between two measurements of the least latency; 0: it is never measured
 * @param fixedMinRttNanos where it is never measured
 * @param minRttRequests that make a measurement
 * @param buffer that is added to the least latency
 */
public record GradientSettings(
    double percentile,
    int maxConcurrency,
    long updateNanos,
    long minRttIntervalNanos,
    long fixedMinRttNanos,
    int minRttRequests,
    double jitter,
    int minConcurrency,
    double buffer) {}
