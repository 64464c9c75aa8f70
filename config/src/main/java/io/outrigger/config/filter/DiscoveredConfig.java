package io.outrigger.config.filter;

import io.outrigger.config.source.ExtensionDiscovery;
import org.jspecify.annotations.Nullable;

/**
 * What ECDS delivers holds in its place.
 *
 * @param fallback holds until then; null: requests fail
 */
public record DiscoveredConfig(ExtensionDiscovery discovery, @Nullable FilterConfig fallback)
    implements FilterConfig {}
