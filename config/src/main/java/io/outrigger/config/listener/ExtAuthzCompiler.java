package io.outrigger.config.listener;

import io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.extauthz.AuthServiceCompiler;
import io.outrigger.config.metadata.MetadataMatcherCompiler;

/** Compiles the ext_authz of connections. */
final class ExtAuthzCompiler {
  private ExtAuthzCompiler() {}

  static NetworkFilterConfig.ExtAuthz compile(ExtAuthz proto, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a prefix is required");
    }
    AuthServiceCompiler.checkVersion(proto.getTransportApiVersion(), problems);
    return new NetworkFilterConfig.ExtAuthz(
        proto.getStatPrefix(),
        AuthServiceCompiler.grpc(proto.getGrpcService(), problems.at("grpc_service")),
        proto.getFailureModeAllow(),
        proto.getIncludePeerCertificate(),
        proto.getIncludeTlsSession(),
        proto.getBootstrapMetadataLabelsKey(),
        proto.hasFilterEnabledMetadata()
            ? MetadataMatcherCompiler.compile(
                proto.getFilterEnabledMetadata(), problems.at("filter_enabled_metadata"))
            : null);
  }
}
