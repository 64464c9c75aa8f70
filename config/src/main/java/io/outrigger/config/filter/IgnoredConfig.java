package io.outrigger.config.filter;

/** A filter that is accepted and does nothing here, such as Istio's own metadata exchange. */
public record IgnoredConfig(String typeUrl) implements FilterConfig {}
