package io.outrigger.control.world;

import org.jspecify.annotations.Nullable;

/** Where something runs: region, zone and sub-zone, each perhaps empty. */
public record Locality(String region, String zone, String subZone) implements Comparable<Locality> {
  public static final Locality NONE = new Locality("", "", "");

  /** The labels of nodes that say where they are. */
  public static final String REGION = "topology.kubernetes.io/region";

  public static final String ZONE = "topology.kubernetes.io/zone";
  public static final String SUB_ZONE = "topology.istio.io/subzone";

  /** Reads {@code region/zone/subzone}; parts may be missing at the end. */
  public static Locality parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return NONE;
    }
    String[] parts = text.split("/", 3);
    return new Locality(
        parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
  }

  @Override
  public int compareTo(Locality other) {
    int order = region.compareTo(other.region);
    if (order == 0) {
      order = zone.compareTo(other.zone);
    }
    return order != 0 ? order : subZone.compareTo(other.subZone);
  }

  @Override
  public String toString() {
    String full = region + "/" + zone + "/" + subZone;
    int end = full.length();
    while (end > 0 && full.charAt(end - 1) == '/') {
      end--;
    }
    return full.substring(0, end);
  }
}
