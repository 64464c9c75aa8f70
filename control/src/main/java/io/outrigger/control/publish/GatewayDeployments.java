package io.outrigger.control.publish;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.outrigger.control.gatewayapi.Deployed;
import io.outrigger.control.outage.Reachability;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.ResourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the proxies of Gateways, and looks how far they are. Of one thread. */
final class GatewayDeployments {
  private static final String FIELD_MANAGER = "outrigger-gateways";

  /** What was applied last, for which object. */
  private record Applied(String uid, Deployed what) {}

  private final KubernetesClient client;
  private final Reachability reachability;
  private final GatewaySettings settings;
  private final Map<ResourceId, Applied> applied = new HashMap<>();

  GatewayDeployments(KubernetesClient client, Reachability reachability, GatewaySettings settings) {
    this.client = client;
    this.reachability = reachability;
    this.settings = settings;
  }

  /** What others may have changed since must be made again. */
  void forget() {
    applied.clear();
  }

  /** What was made goes with its Gateway. */
  void keep(Set<ResourceId> there) {
    applied.keySet().retainAll(there);
  }

  static ResourceId id(Deployed of) {
    return new ResourceId(Kind.API_GATEWAY, of.namespace(), of.gateway());
  }

  /** Gives whether all that serves the Gateway is as it should be. */
  boolean apply(Deployed gateway) {
    ResourceId id = id(gateway);
    Applied last = applied.get(id);
    if (last != null && last.what.equals(gateway)) {
      return true;
    }
    try {
      GenericKubernetesResource owner = StatusWriter.find(client, id).get();
      if (owner == null || owner.getMetadata().getDeletionTimestamp() != null) {
        return true;
      }
      for (HasMetadata object : new GatewayObjects(settings, gateway).all(owner(owner))) {
        client.resource(object).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
      }
      applied.put(id, new Applied(owner.getMetadata().getUid(), gateway));
      return true;
    } catch (KubernetesClientException e) {
      reachability.failed("the proxies of " + id + " can't be made", e);
      return false;
    }
  }

  private static OwnerReference owner(GenericKubernetesResource gateway) {
    return new OwnerReferenceBuilder()
        .withApiVersion(gateway.getApiVersion())
        .withKind(gateway.getKind())
        .withName(gateway.getMetadata().getName())
        .withUid(gateway.getMetadata().getUid())
        .withBlockOwnerDeletion(false)
        .build();
  }

  /** Where it is reached; empty while it isn't known. */
  List<String> addresses(Deployed gateway) {
    List<String> out = new ArrayList<>();
    try {
      Service service =
          client.services().inNamespace(gateway.namespace()).withName(gateway.name()).get();
      if (service == null) {
        return List.of();
      }
      var status = service.getStatus();
      if (status != null && status.getLoadBalancer() != null) {
        for (LoadBalancerIngress ingress : status.getLoadBalancer().getIngress()) {
          out.add(ingress.getIp() != null ? ingress.getIp() : ingress.getHostname());
        }
      }
      boolean internal = !"LoadBalancer".equals(service.getSpec().getType());
      String own = service.getSpec().getClusterIP();
      if (out.isEmpty() && own != null && (internal || settings.clusterIpIsAddress())) {
        out.add(own);
      }
    } catch (KubernetesClientException e) {
      reachability.failed("the address of " + id(gateway) + " can't be read", e);
    }
    return List.copyOf(out);
  }

  /** Whether a proxy of it is ready, whichever control plane it is connected to. */
  boolean available(Deployed gateway) {
    try {
      Deployment deployment =
          client
              .apps()
              .deployments()
              .inNamespace(gateway.namespace())
              .withName(gateway.name())
              .get();
      Integer available =
          deployment == null || deployment.getStatus() == null
              ? null
              : deployment.getStatus().getAvailableReplicas();
      return available != null && available > 0;
    } catch (KubernetesClientException e) {
      return false;
    }
  }
}
