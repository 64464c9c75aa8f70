package io.outrigger.config.tracing;

import io.outrigger.config.match.RuntimeFraction;

/**
 * Which shares of requests are traced.
 *
 * @param client of those whose client asks for it by x-client-trace-id
 * @param random of all
 * @param overall of those that the others chose
 */
public record Sampling(RuntimeFraction client, RuntimeFraction random, RuntimeFraction overall) {}
