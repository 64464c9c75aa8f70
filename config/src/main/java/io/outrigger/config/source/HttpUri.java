package io.outrigger.config.source;

/**
 * core.v3.HttpUri: what is asked of a server behind a cluster.
 *
 * @param host the URI's authority
 * @param path with the query
 * @param timeoutMillis 0: not said
 */
public record HttpUri(String cluster, String host, String path, long timeoutMillis) {}
