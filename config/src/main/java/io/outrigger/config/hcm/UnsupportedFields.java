package io.outrigger.config.hcm;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.config.compile.Problems;

/** Tells of a connection manager's fields that have no effect, or cannot be left without one. */
final class UnsupportedFields {
  private UnsupportedFields() {}

  static void tell(HttpConnectionManager proto, Problems problems) {
    if (proto.getStripMatchingHostPort() && proto.getStripAnyHostPort()) {
      problems.error(
          "strip_any_host_port",
          "Only one of `strip_matching_host_port` or `strip_any_host_port` can be set.");
    }
    if (proto.hasHttp3ProtocolOptions()) {
      problems.ignored("http3_protocol_options");
    }
    if (proto.hasPathNormalizationOptions()) {
      problems.unsupported("path_normalization_options");
    }
    if (proto.getAppendLocalOverload()) {
      problems.ignored("append_local_overload");
    }
    if (proto.hasProxyStatusConfig()) {
      problems.ignored("proxy_status_config");
    }
    if (proto.hasTypedHeaderValidationConfig()) {
      problems.ignored("typed_header_validation_config");
    }
    if (proto.hasAddProxyProtocolConnectionState()) {
      problems.ignored("add_proxy_protocol_connection_state");
    }
    if (proto.getHttp1SafeMaxConnectionDuration()) {
      problems.ignored("http1_safe_max_connection_duration");
    }
  }
}
