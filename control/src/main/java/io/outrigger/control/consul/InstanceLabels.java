package io.outrigger.control.consul;

import java.util.Map;
import java.util.TreeMap;

/** The labels that policies and subsets know an instance by: its meta keys and its tags. */
final class InstanceLabels {
  /** Meta keys that are for the mesh itself begin so, and are no labels. */
  static final String OWN = "outrigger-";

  private InstanceLabels() {}

  /**
   * Meta keys as they stand; of tags {@code KEY=VALUE} and {@code KEY|VALUE} as such, others as the
   * label of that name with the value {@code true}. A tag such as {@code v2} is the version where
   * nothing else says one. The label {@code app} is the service's name where nothing says another.
   */
  static Map<String, String> of(String service, Instance instance) {
    Map<String, String> labels = new TreeMap<>();
    String version = null;
    for (String tag : instance.tags()) {
      int at = tag.indexOf('=') >= 0 ? tag.indexOf('=') : tag.indexOf('|');
      if (at > 0) {
        labels.put(tag.substring(0, at), tag.substring(at + 1));
      } else if (!tag.isEmpty()) {
        labels.put(tag, "true");
        if (version == null && isVersion(tag)) {
          version = tag;
        }
      }
    }
    instance
        .meta()
        .forEach(
            (key, value) -> {
              if (!key.startsWith(OWN)) {
                labels.put(key, value);
              }
            });
    if (version != null) {
      labels.putIfAbsent("version", version);
    }
    labels.putIfAbsent("app", service);
    return labels;
  }

  private static boolean isVersion(String tag) {
    return tag.length() > 1
        && tag.charAt(0) == 'v'
        && tag.chars().skip(1).allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
