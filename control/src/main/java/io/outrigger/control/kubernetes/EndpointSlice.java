package io.outrigger.control.kubernetes;

import io.outrigger.control.resource.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some of a service's endpoints. */
public record EndpointSlice(
    @Nullable String service, List<SliceEndpoint> endpoints, List<SlicePort> ports)
    implements Spec {

  /** The label that names the slice's service. */
  public static final String SERVICE_LABEL = "kubernetes.io/service-name";

  /** A backend: it may take new traffic when ready, and finishes what it has when terminating. */
  public record SliceEndpoint(
      List<String> addresses,
      boolean ready,
      boolean serving,
      boolean terminating,
      @Nullable String zone,
      @Nullable String podName,
      @Nullable String podNamespace) {}

  /** The number that a service's port of that name has on these backends. */
  public record SlicePort(String name, int number) {}
}
