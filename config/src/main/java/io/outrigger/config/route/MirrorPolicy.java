package io.outrigger.config.route;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.RuntimeFraction;
import org.jspecify.annotations.Nullable;

/**
 * Requests are sent to another cluster too, whose answer is dropped.
 *
 * @param cluster empty: {@code clusterHeader} names it
 */
public record MirrorPolicy(
    String cluster,
    @Nullable HeaderName clusterHeader,
    RuntimeFraction fraction,
    boolean disableShadowHostSuffix) {}
