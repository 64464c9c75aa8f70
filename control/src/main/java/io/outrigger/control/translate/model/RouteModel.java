package io.outrigger.control.translate.model;

import io.outrigger.control.istio.HeaderOperations;
import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.istio.TrafficPolicy.ConsistentHash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One route to be made: a match and what happens to its requests. */
public sealed interface RouteModel {
  /**
   * A match of a VirtualService's rule, with its destinations as clusters.
   *
   * @param clusters as many as the rule has destinations with a weight
   * @param mirrors the clusters of the rule's mirrors, in their order
   * @param hashes what requests are hashed on for the clusters' load balancers
   * @param defaultRetry the mesh's policy for rules without one; null for Istio's
   * @param source where the rule was written, as a path of Kubernetes' API
   */
  record Rule(
      String name,
      HttpMatch match,
      HttpRoute rule,
      List<WeightedCluster> clusters,
      List<String> mirrors,
      List<ConsistentHash.Key> hashes,
      HttpRoute.@Nullable HttpRetry defaultRetry,
      String source)
      implements RouteModel {}

  /** Everything to one cluster, as Istio does without a VirtualService. */
  record Default(
      String cluster, List<ConsistentHash.Key> hashes, HttpRoute.@Nullable HttpRetry defaultRetry)
      implements RouteModel {}

  /** Everything to the application behind this sidecar. */
  record Inbound(String cluster, boolean grpc) implements RouteModel {}

  /** Everything to a cluster without retries or time-outs. */
  record Passthrough(String cluster) implements RouteModel {}

  /** Everything is answered with a status. */
  record Refuse(int status) implements RouteModel {}

  /** A cluster with its share and its changes to headers. */
  record WeightedCluster(String cluster, int weight, HeaderOperations headers) {
    public WeightedCluster(String cluster, int weight) {
      this(cluster, weight, HeaderOperations.NONE);
    }
  }
}
