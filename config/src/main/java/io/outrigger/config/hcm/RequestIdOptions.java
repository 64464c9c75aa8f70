package io.outrigger.config.hcm;

/** What is done with x-request-id. */
public record RequestIdOptions(
    boolean generate,
    boolean preserveExternal,
    boolean alwaysSetInResponse,
    boolean packTraceReason,
    boolean useForTraceSampling) {}
