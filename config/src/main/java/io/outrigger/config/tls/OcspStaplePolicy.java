package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;

/** What becomes of clients that ask for an OCSP response beside the certificate. */
public enum OcspStaplePolicy {
  /** They get a fresh one if there is one. */
  LENIENT_STAPLING,

  /** As that; one that has grown old is a failure. */
  STRICT_STAPLING,

  /** Every certificate has one, and it is fresh. */
  MUST_STAPLE;

  static OcspStaplePolicy of(DownstreamTlsContext.OcspStaplePolicy proto) {
    return switch (proto) {
      case STRICT_STAPLING -> STRICT_STAPLING;
      case MUST_STAPLE -> MUST_STAPLE;
      case LENIENT_STAPLING, UNRECOGNIZED -> LENIENT_STAPLING;
    };
  }
}
