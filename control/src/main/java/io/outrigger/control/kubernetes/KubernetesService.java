package io.outrigger.control.kubernetes;

import io.outrigger.control.resource.Protocol;
import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes Service.
 *
 * @param clusterIps its own addresses; a Service in a file may have none without being headless,
 *     and is then reached by name
 * @param staysClose trafficDistribution: endpoints near the caller come first
 * @param headless whether its name stands for its endpoints' addresses
 */
public record KubernetesService(
    Type type,
    List<String> clusterIps,
    boolean headless,
    List<Port> ports,
    Map<String, String> selector,
    boolean staysClose,
    @Nullable String externalName)
    implements Spec {

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
