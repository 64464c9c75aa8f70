package io.outrigger.control.world;

import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One address and port where a service's port is answered. */
public record Endpoint(
    String address,
    int port,
    String namespace,
    String workload,
    Map<String, String> labels,
    Locality locality,
    int weight,
    @Nullable String serviceAccount,
    boolean sidecar,
    Health health) {

  /** A stable order, so that equal sets of endpoints give equal configuration. */
  static final Comparator<Endpoint> ORDER =
      Comparator.comparing(Endpoint::locality)
          .thenComparing(Endpoint::address)
          .thenComparingInt(Endpoint::port)
          .thenComparing(Endpoint::workload);

  /** Whether new traffic may go there. */
  public enum Health {
    HEALTHY,
    DRAINING
  }

  /** Whether its address is one, and not a name to ask DNS for. */
  public boolean numeric() {
    return address.indexOf(':') >= 0
        || address.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  /** The same endpoint, spoken to as if no sidecar stood there. */
  public Endpoint withoutSidecar() {
    return new Endpoint(
        address,
        port,
        namespace,
        workload,
        labels,
        locality,
        weight,
        serviceAccount,
        false,
        health);
  }

  /** Whether it carries all of these labels. */
  public boolean has(Map<String, String> wanted) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }
}
