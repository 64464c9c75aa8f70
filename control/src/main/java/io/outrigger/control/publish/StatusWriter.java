package io.outrigger.control.publish;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.outrigger.control.gatewayapi.Status;
import io.outrigger.control.outage.Reachability;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.ResourceId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes statuses into the cluster, each only when it says something new. Of one thread. */
final class StatusWriter {
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  /**
   * What was written last.
   *
   * @param created tells an object from a later one of the same name
   */
  private record Written(Instant created, Status status, Programmed programmed) {}

  private final KubernetesClient client;
  private final Reachability reachability;
  private final List<String> features;
  private final InstantSource clock;
  private final Map<ResourceId, Written> written = new HashMap<>();

  StatusWriter(
      KubernetesClient client,
      Reachability reachability,
      List<String> features,
      InstantSource clock) {
    this.client = client;
    this.reachability = reachability;
    this.features = features;
    this.clock = clock;
  }

  /** What others may have written since must be looked at again. */
  void forget() {
    written.clear();
  }

  /** Of what isn't there any more nothing needs to be known. */
  void keep(Set<ResourceId> there) {
    written.keySet().retainAll(there);
  }

  /** Gives whether the status stands there now; otherwise it is to be tried again. */
  boolean write(ResourceId id, Instant created, Status status, Programmed programmed) {
    Written now = new Written(created, status, programmed);
    if (now.equals(written.get(id))) {
      return true;
    }
    try {
      update(id, status, programmed);
      written.put(id, now);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        return true;
      }
      if (e.getCode() != CONFLICT) {
        reachability.failed("the status of " + id + " can't be written", e);
      }
      return false;
    }
  }

  private void update(ResourceId id, Status status, Programmed programmed) {
    Resource<GenericKubernetesResource> found = find(client, id);
    GenericKubernetesResource object = found.get();
    if (object == null) {
      return;
    }
    Map<String, Object> before = StatusDocument.map(object.getAdditionalProperties().get("status"));
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    Map<String, Object> after =
        switch (status) {
          case Status.OfClass of -> StatusDocument.ofClass(of, features, before, now);
          case Status.OfRoute of -> StatusDocument.ofRoute(of, before, now);
          case Status.OfGateway of -> StatusDocument.ofGateway(of, programmed, before, now);
        };
    if (!after.equals(before)) {
      object.setAdditionalProperty("status", after);
      client.resource(object).updateStatus();
    }
  }

  static Resource<GenericKubernetesResource> find(KubernetesClient client, ResourceId id) {
    var all = client.genericKubernetesResources(context(id.kind()));
    return id.kind().clusterScoped()
        ? all.withName(id.name())
        : all.inNamespace(id.namespace()).withName(id.name());
  }

  static ResourceDefinitionContext context(Kind kind) {
    String plural =
        switch (kind) {
          case GATEWAY_CLASS -> "gatewayclasses";
          case API_GATEWAY -> "gateways";
          case HTTP_ROUTE -> "httproutes";
          case GRPC_ROUTE -> "grpcroutes";
          default -> throw new IllegalArgumentException(kind + " has no status of ours");
        };
    return new ResourceDefinitionContext.Builder()
        .withGroup(kind.group())
        .withVersion("v1")
        .withKind(kind.kindName())
        .withPlural(plural)
        .withNamespaced(!kind.clusterScoped())
        .build();
  }
}
