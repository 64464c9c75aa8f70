package io.outrigger.control.world;

import io.outrigger.control.resource.ResourceId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host that callers name, wherever it was declared. */
public record Service(
    String hostname,
    String namespace,
    List<String> addresses,
    List<ServicePort> ports,
    Resolution resolution,
    boolean meshExternal,
    Map<String, String> selector,
    boolean staysClose,
    List<String> exportTo,
    List<String> subjectAltNames,
    Instant created,
    ResourceId id) {

  /** What binds the instances of a service in Consul's catalog to it. */
  public static final String CONSUL_LABEL = "consul-service";

  /** Own hosts first come, first served: oldest, then by the resource's name. */
  static final Comparator<Service> OLDEST_FIRST =
      Comparator.comparing(Service::created).thenComparing(Service::id);

  /** How a host becomes addresses. */
  public enum Resolution {
    /** The mesh knows the endpoints. */
    ENDPOINTS,
    /** Each proxy asks DNS and balances over all answers. */
    DNS,
    /** Each proxy asks DNS and takes the first answer for each new connection. */
    DNS_ROUND_ROBIN,
    /** Connections go where the caller was going. */
    PASSTHROUGH
  }

  /** Whether Kubernetes declared it, so that its short names hold. */
  public boolean kubernetes() {
    return id.kind() == io.outrigger.control.resource.Kind.SERVICE;
  }

  /** Whether Consul's catalog declared it, so that its short name holds. */
  public boolean consul() {
    return selector.containsKey(CONSUL_LABEL);
  }

  /** The Kubernetes name, or the resource's. */
  public String name() {
    return id.name();
  }

  public boolean wildcard() {
    return hostname.startsWith("*");
  }

  /** The port of that number, or null. */
  public @Nullable ServicePort port(int number) {
    for (ServicePort port : ports) {
      if (port.number() == number) {
        return port;
      }
    }
    return null;
  }

  /** Whether workloads of that namespace see it. */
  public boolean visibleTo(String callerNamespace) {
    return Visibility.visible(exportTo, namespace, callerNamespace);
  }
}
