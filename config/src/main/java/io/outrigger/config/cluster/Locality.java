package io.outrigger.config.cluster;

/** Where something runs. */
public record Locality(String region, String zone, String subZone) {
  public static final Locality EMPTY = new Locality("", "", "");

  @Override
  public String toString() {
    return region + "/" + zone + "/" + subZone;
  }
}
