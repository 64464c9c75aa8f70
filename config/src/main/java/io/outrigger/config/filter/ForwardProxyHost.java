package io.outrigger.config.filter;

import io.outrigger.config.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * What a route makes of the host before the forward proxy asks for it.
 *
 * @param literal empty: stays as it is
 * @param header whose value is the host; null: none
 */
public record ForwardProxyHost(String literal, @Nullable HeaderName header)
    implements FilterConfig {}
