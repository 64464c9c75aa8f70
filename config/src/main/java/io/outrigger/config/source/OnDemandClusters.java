package io.outrigger.config.source;

/**
 * Where a cluster that isn't known is asked for (ODCDS).
 *
 * @param source the aggregated stream, or a gRPC service; incremental
 * @param timeoutMillis how long a request waits for the answer
 */
public record OnDemandClusters(ConfigSource source, long timeoutMillis) {}
