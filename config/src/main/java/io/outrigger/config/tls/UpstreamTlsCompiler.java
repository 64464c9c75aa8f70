package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;

/** Compiles UpstreamTlsContext messages. */
public final class UpstreamTlsCompiler {
  private UpstreamTlsCompiler() {}

  /**
   * The context.
   *
   * @param exchanges whether a filter reads the metadata of peers that agree on exchanging it
   */
  public static UpstreamTls compile(
      UpstreamTlsContext proto, boolean exchanges, Problems problems) {
    CommonTls common =
        CommonTlsCompiler.compile(
            proto.getCommonTlsContext(),
            CommonTls.TlsVersion.TLS_1_2,
            exchanges,
            problems.at("common_tls_context"));
    if (common.certificates().size() > 1) {
      problems
          .at("common_tls_context")
          .error("multiple TLS certificates are not supported for client contexts; one is allowed");
    }
    if (common.certificates().stream().anyMatch(UpstreamTlsCompiler::isStapled)) {
      problems.at("common_tls_context").at("tls_certificates", 0).ignored("ocsp_staple");
    }
    if (proto.getAutoSniSanValidation() && common.validation() == null) {
      problems.error(
          "auto_sni_san_validation",
          "'auto_sni_san_validation' was configured without a validation context");
    }
    if (proto.getAllowRenegotiation()) {
      problems.ignored("allow_renegotiation");
    }
    if (proto.hasEnforceRsaKeyUsage() && !proto.getEnforceRsaKeyUsage().getValue()) {
      problems.warning("enforce_rsa_key_usage", "false has no effect: it is always enforced");
    }
    if (proto.getSni().length() > 255) {
      problems.error("sni", "has more than 255 characters");
    }
    return new UpstreamTls(
        common,
        proto.getSni(),
        proto.getAutoHostSni(),
        proto.getAutoSniSanValidation(),
        proto.getAllowRenegotiation(),
        Unsigned.orElse(proto.hasMaxSessionKeys(), proto.getMaxSessionKeys(), 1),
        !proto.hasEnforceRsaKeyUsage() || proto.getEnforceRsaKeyUsage().getValue(),
        proto);
  }

  private static boolean isStapled(CertificateSource source) {
    return source instanceof CertificateSource.Here here && here.certificate().ocspStaple() != null;
  }
}
