package io.outrigger.config.hcm;

/**
 * What is done to a request's authority before it is routed.
 *
 * @param stripMatchingPort the port goes if it is the listener's
 * @param stripAnyPort the port goes
 * @param stripTrailingDot a dot at the host's end goes
 */
public record HostNormalization(
    boolean stripMatchingPort, boolean stripAnyPort, boolean stripTrailingDot) {}
