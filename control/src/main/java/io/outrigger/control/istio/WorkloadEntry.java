package io.outrigger.control.istio;

import io.outrigger.control.resource.Spec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One workload outside Kubernetes: an address, its ports by service port name, its identity. */
public record WorkloadEntry(
    String address,
    Map<String, Integer> ports,
    Map<String, String> labels,
    @Nullable String locality,
    int weight,
    @Nullable String serviceAccount,
    @Nullable String network)
    implements Spec {

  /** The label that says whether a sidecar ends mutual TLS there. */
  public static final String TLS_MODE_LABEL = "security.istio.io/tlsMode";

  /** Whether a sidecar stands there: the label says so, or else an identity does. */
  public boolean mutualTls() {
    String label = labels.get(TLS_MODE_LABEL);
    return label != null ? label.equals("istio") : serviceAccount != null;
  }
}
