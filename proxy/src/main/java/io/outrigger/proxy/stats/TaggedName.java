package io.outrigger.proxy.stats;

import java.util.List;

/** A statistic's name without its labels, and the labels, in the order that Envoy prints them. */
public record TaggedName(String base, List<Tag> tags) {}
