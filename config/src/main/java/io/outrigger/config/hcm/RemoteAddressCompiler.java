package io.outrigger.config.hcm;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.CidrRangeCompiler;

/** Compiles what a connection manager takes as the client's address. */
final class RemoteAddressCompiler {
  private RemoteAddressCompiler() {}

  static RemoteAddressOptions compile(HttpConnectionManager proto, Problems problems) {
    if (proto.getOriginalIpDetectionExtensionsCount() > 0) {
      if (proto.getUseRemoteAddress().getValue()) {
        problems.error(
            "use_remote_address",
            "Original IP detection extensions and use_remote_address may not be mixed");
      }
      if (proto.getXffNumTrustedHops() > 0) {
        problems.error(
            "xff_num_trusted_hops",
            "Original IP detection extensions and xff_num_trusted_hops may not be mixed");
      }
    }
    // Unless ranges are configured, no address is internal (Envoy 1.33 and later).
    if (proto.getRepresentIpv4RemoteAddressAsIpv4MappedIpv6()) {
      problems.ignored("represent_ipv4_remote_address_as_ipv4_mapped_ipv6");
    }
    return new RemoteAddressOptions(
        proto.getUseRemoteAddress().getValue(),
        Unsigned.clamp(proto.getXffNumTrustedHops()),
        proto.getSkipXffAppend(),
        CidrRangeCompiler.compileAll(
            proto.getInternalAddressConfig().getCidrRangesList(),
            "cidr_ranges",
            problems.at("internal_address_config")),
        proto.getInternalAddressConfig().getUnixSockets(),
        proto.getRepresentIpv4RemoteAddressAsIpv4MappedIpv6(),
        OriginalIpDetectionCompiler.compile(
            proto.getOriginalIpDetectionExtensionsList(), problems));
  }
}
