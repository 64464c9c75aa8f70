package io.outrigger.proxy.stats;

/** A label taken out of a statistic's name, such as {@code envoy.cluster_name}. */
public record Tag(String name, String value) {}
