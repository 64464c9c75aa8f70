package io.outrigger.config.source;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compiles GrpcService messages. */
public final class GrpcServiceCompiler {
  private GrpcServiceCompiler() {}

  public static GrpcService compile(
      io.envoyproxy.envoy.config.core.v3.GrpcService proto, Problems problems) {
    if (!proto.hasEnvoyGrpc()) {
      problems.error(
          proto.hasGoogleGrpc() ? "google_grpc" : "envoy_grpc",
          "a service through a cluster, envoy_grpc, is required");
    } else if (proto.getEnvoyGrpc().getClusterName().isEmpty()) {
      problems.at("envoy_grpc").error("cluster_name", "is empty; a cluster's name is required");
    }
    List<Map.Entry<String, String>> metadata = new ArrayList<>();
    for (HeaderValue header : proto.getInitialMetadataList()) {
      metadata.add(Map.entry(header.getKey(), header.getValue()));
    }
    return new GrpcService(
        proto.getEnvoyGrpc().getClusterName(),
        proto.getEnvoyGrpc().getAuthority(),
        Millis.orElse(proto.hasTimeout(), proto.getTimeout(), 0, problems.at("timeout")),
        metadata);
  }
}
