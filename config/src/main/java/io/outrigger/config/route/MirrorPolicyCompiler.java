package io.outrigger.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeFractionCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles request mirror policies. */
final class MirrorPolicyCompiler {
  private MirrorPolicyCompiler() {}

  static List<MirrorPolicy> compileAll(List<RequestMirrorPolicy> protos, Problems problems) {
    List<MirrorPolicy> policies = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      policies.add(compile(protos.get(i), problems.at("request_mirror_policies", i)));
    }
    return policies;
  }

  private static MirrorPolicy compile(RequestMirrorPolicy proto, Problems problems) {
    if (proto.getCluster().isEmpty() == proto.getClusterHeader().isEmpty()) {
      problems.error("exactly one of cluster and cluster_header is required");
    }
    if (proto.hasTraceSampled()) {
      problems.warning("trace_sampled", "has no effect: mirrored requests are never traced");
    }
    return new MirrorPolicy(
        proto.getCluster(),
        proto.getClusterHeader().isEmpty()
            ? null
            : HeaderName.of(proto.getClusterHeader()).inRequests(),
        proto.hasRuntimeFraction()
            ? RuntimeFractionCompiler.compile(proto.getRuntimeFraction())
            : RuntimeFraction.ALL,
        proto.getDisableShadowHostSuffixAppend());
  }
}
