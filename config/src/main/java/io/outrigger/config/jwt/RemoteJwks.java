package io.outrigger.config.jwt;

import io.outrigger.config.source.HttpUri;

/**
 * Keys that a server has.
 *
 * @param async fetched ahead of need
 * @param failedRefetchMillis with async: the pause after a failure
 * @param retries after a failure, of one fetch
 * @param baseMillis of the pause before a retry, which doubles up to the most
 */
public record RemoteJwks(
    HttpUri uri,
    long cacheMillis,
    boolean async,
    long failedRefetchMillis,
    int retries,
    long baseMillis,
    long mostMillis,
    JwksCell cell) {}
