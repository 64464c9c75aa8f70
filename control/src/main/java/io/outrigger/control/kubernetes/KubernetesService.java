package io.outrigger.control.kubernetes;

import io.outrigger.control.resource.Protocol;
import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Kubernetes Service. */
public record KubernetesService(
    Type type,
    List<String> clusterIps,
    List<Port> ports,
    Map<String, String> selector,
    @Nullable String externalName)
    implements Spec {

  /** Whether it has no address of its own. */
  public boolean headless() {
    return clusterIps.isEmpty();
  }

  /**
   * A port; the target is a number, a container port's name, or the port's own number when null.
   */
  public record Port(
      int number,
      @Nullable String name,
      Protocol protocol,
      @Nullable Integer targetNumber,
      @Nullable String targetName) {}

  /** How it is reached. */
  public enum Type {
    CLUSTER_IP,
    NODE_PORT,
    LOAD_BALANCER,
    EXTERNAL_NAME
  }
}
