package io.outrigger.proxy.stats;

import java.util.List;

/** A statistic's name without its labels, and the labels, in the order that Envoy prints them. */
public record TaggedName(String base, List<Tag> tags) {
  /** The name that holds the labels as well, each as {@code .name.value}. */
  String full() {
    StringBuilder out = new StringBuilder(base);
    for (Tag tag : tags) {
      out.append('.').append(tag.name()).append('.').append(tag.value());
    }
    return out.toString();
  }
}
