package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.outrigger.config.cluster.UpstreamHttpOptions.ProtocolChoice;
import io.outrigger.config.compile.Problems;

/** Checks of a cluster's fields against each other. */
final class ClusterChecks {
  private ClusterChecks() {}

  static void checkLbPolicy(
      Cluster proto, Discovery discovery, LbPolicy policy, Problems problems) {
    boolean originalDst = discovery instanceof Discovery.OriginalDst;
    boolean provided = policy instanceof LbPolicy.ClusterProvided;
    if (!(discovery instanceof Discovery.Eds) && proto.hasEdsClusterConfig()) {
      problems.error("eds_cluster_config", "eds_cluster_config set in a non-EDS cluster");
    }
    if (discovery instanceof Discovery.Static && isByHostname(policy)) {
      problems
          .at("common_lb_config")
          .error(
              "consistent_hashing_lb_config",
              "use_hostname_for_hashing: Cannot use hostname for consistent hashing loadbalancing"
                  + " for cluster of type: 'envoy.cluster.static'; DNS types are allowed");
    }
    boolean olderProvided =
        proto.getLbPolicy() == Cluster.LbPolicy.CLUSTER_PROVIDED
            || proto.getLbPolicy() == Cluster.LbPolicy.LOAD_BALANCING_POLICY_CONFIG;
    if (originalDst && !(provided && olderProvided)) {
      problems.error(
          "lb_policy",
          "cluster: LB policy "
              + proto.getLbPolicy().name()
              + " is not valid for Cluster type ORIGINAL_DST. Only 'CLUSTER_PROVIDED' is allowed"
              + " with cluster type 'ORIGINAL_DST'");
    } else if (discovery instanceof Discovery.Aggregate
        || discovery instanceof Discovery.ForwardProxy) {
      if (!provided) {
        problems.error(
            "lb_policy",
            "cluster: LB policy "
                + proto.getLbPolicy().name()
                + " is not valid for Cluster type "
                + (discovery instanceof Discovery.Aggregate
                    ? "envoy.clusters.aggregate"
                    : "envoy.clusters.dynamic_forward_proxy")
                + "; CLUSTER_PROVIDED is");
      }
    } else if (provided && !originalDst) {
      problems.error(
          "lb_policy",
          "cluster: LB policy CLUSTER_PROVIDED cannot be used with this cluster type, which"
              + " provides none; ORIGINAL_DST, envoy.clusters.aggregate and"
              + " envoy.clusters.dynamic_forward_proxy do");
    }
    if (proto.hasLbSubsetConfig()
        && proto.getLbSubsetConfig().getSubsetSelectorsCount() > 0
        && provided) {
      problems.error(
          "lb_subset_config", "cluster: LB policy CLUSTER_PROVIDED cannot be used with subsets");
    }
  }

  /** Unless it says otherwise, a forward proxy asks for a certificate of the request's host. */
  @SuppressWarnings("deprecation") // upstream_http_protocol_options
  static UpstreamHttpOptions forwardProxyOptions(
      Cluster proto, Discovery.ForwardProxy forward, UpstreamHttpOptions http, Problems problems) {
    boolean typed = proto.containsTypedExtensionProtocolOptions(UpstreamHttpOptionsCompiler.KEY);
    UpstreamHttpOptions options =
        typed || proto.hasUpstreamHttpProtocolOptions() ? http : http.withAutoSni();
    if (!forward.allowInsecure() && !(options.autoSni() && options.autoSanValidation())) {
      problems.error(
          "upstream_http_protocol_options",
          "dynamic_forward_proxy cluster must have auto_sni and auto_san_validation true unless"
              + " allow_insecure_cluster_options is set");
    }
    return options;
  }

  private static boolean isByHostname(LbPolicy policy) {
    return (policy instanceof LbPolicy.RingHash ring && ring.useHostnameForHashing())
        || (policy instanceof LbPolicy.Maglev maglev && maglev.useHostnameForHashing());
  }

  /** The protocol that ALPN settles on needs a transport that has ALPN. */
  static void checkAlpn(
      Cluster proto, UpstreamHttpOptions http, UpstreamTransport transport, Problems problems) {
    if (http.protocol() == ProtocolChoice.AUTO
        && !transport.isTls()
        && proto.getTransportSocketMatchesCount() == 0) {
      problems
          .at("typed_extension_protocol_options", UpstreamHttpOptionsCompiler.KEY)
          .error(
              "auto_config",
              "ALPN configured for cluster "
                  + proto.getName()
                  + " which has a non-ALPN transport socket; a TLS transport_socket is required");
    }
  }
}
