package io.outrigger.config.source;

import java.util.List;
import java.util.Map;

/**
 * A gRPC service reached through a cluster.
 *
 * @param authority what :authority says; the cluster's name if empty
 * @param timeoutMillis 0: none
 */
public record GrpcService(
    String cluster,
    String authority,
    long timeoutMillis,
    List<Map.Entry<String, String>> metadata) {}
