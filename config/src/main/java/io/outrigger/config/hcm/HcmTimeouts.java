package io.outrigger.config.hcm;

/** A connection manager's times in milliseconds; 0 turns one off. */
public record HcmTimeouts(
    long streamIdleMillis,
    long streamFlushMillis,
    long requestMillis,
    long requestHeadersMillis,
    long drainMillis,
    long delayedCloseMillis) {}
