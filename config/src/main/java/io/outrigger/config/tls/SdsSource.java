package io.outrigger.config.tls;

import io.outrigger.config.source.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * A secret by name.
 *
 * @param source null: a static secret of the bootstrap
 */
public record SdsSource(String name, @Nullable ConfigSource source) {}
