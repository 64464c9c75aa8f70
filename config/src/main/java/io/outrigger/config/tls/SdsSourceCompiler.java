package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.source.ConfigSourceCompiler;

/** Compiles SdsSecretConfig messages. */
final class SdsSourceCompiler {
  private SdsSourceCompiler() {}

  static SdsSource compile(SdsSecretConfig proto, Problems problems) {
    if (proto.getName().isEmpty()) {
      problems.error("name", "is empty; a secret's name is required");
    }
    return new SdsSource(
        proto.getName(),
        proto.hasSdsConfig()
            ? ConfigSourceCompiler.compile(proto.getSdsConfig(), problems.at("sds_config"))
            : null);
  }
}
