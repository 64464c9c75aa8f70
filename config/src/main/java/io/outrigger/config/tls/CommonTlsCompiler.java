package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.tls.CommonTls.TlsVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles CommonTlsContext messages. */
final class CommonTlsCompiler {
  private CommonTlsCompiler() {}

  /**
   * The context.
   *
   * @param defaultMax the newest version unless one is configured: 1.2 for clients, 1.3 for servers
   * @param exchanges whether a filter reads the metadata of peers that agree on exchanging it
   */
  static CommonTls compile(
      CommonTlsContext proto, TlsVersion defaultMax, boolean exchanges, Problems problems) {
    refuseUnsupported(proto, problems);
    TlsParameters params = proto.getTlsParams();
    Problems paramProblems = problems.at("tls_params");
    TlsVersion min = version(params.getTlsMinimumProtocolVersion(), TlsVersion.TLS_1_2);
    TlsVersion max = version(params.getTlsMaximumProtocolVersion(), defaultMax);
    if (min.compareTo(max) > 0) {
      if (params.getTlsMaximumProtocolVersion() == TlsParameters.TlsProtocol.TLS_AUTO) {
        max = min;
      } else {
        paramProblems.error(
            "tls_minimum_protocol_version",
            min.protocol() + " is above tls_maximum_protocol_version, " + max.protocol());
      }
    }
    TlsParameterRules.check(params, paramProblems);
    if (params.getCompliancePoliciesCount() > 0) {
      paramProblems.unsupported("compliance_policies");
    }
    return new CommonTls(
        min,
        max,
        params.getCipherSuitesList(),
        params.getEcdhCurvesList(),
        params.getSignatureAlgorithmsList(),
        certificates(proto, problems),
        validation(proto, problems),
        alpn(proto, exchanges, problems));
  }

  @SuppressWarnings("deprecation") // the certificate provider fields
  private static void refuseUnsupported(CommonTlsContext proto, Problems problems) {
    if (proto.hasTlsCertificateProviderInstance()) {
      problems.unsupported("tls_certificate_provider_instance");
    }
    if (proto.hasCustomTlsCertificateSelector()) {
      problems.unsupported("custom_tls_certificate_selector");
    }
    if (proto.hasCustomHandshaker()) {
      problems.unsupported("custom_handshaker");
    }
    if (proto.hasKeyLog()) {
      problems.ignored("key_log");
    }
  }

  private static TlsVersion version(TlsParameters.TlsProtocol proto, TlsVersion auto) {
    return switch (proto) {
      case TLSv1_0 -> TlsVersion.TLS_1_0;
      case TLSv1_1 -> TlsVersion.TLS_1_1;
      case TLSv1_2 -> TlsVersion.TLS_1_2;
      case TLSv1_3 -> TlsVersion.TLS_1_3;
      case TLS_AUTO, UNRECOGNIZED -> auto;
    };
  }

  /** Inline certificates are used alone: SDS is looked at only if there are none. */
  private static List<CertificateSource> certificates(CommonTlsContext proto, Problems problems) {
    List<CertificateSource> sources = new ArrayList<>();
    for (int i = 0; i < proto.getTlsCertificatesCount(); i++) {
      sources.add(
          new CertificateSource.Here(
              TlsCertificateCompiler.compile(
                  proto.getTlsCertificates(i), problems.at("tls_certificates", i))));
    }
    if (sources.isEmpty()) {
      for (int i = 0; i < proto.getTlsCertificateSdsSecretConfigsCount(); i++) {
        sources.add(
            new CertificateSource.Sds(
                SdsSourceCompiler.compile(
                    proto.getTlsCertificateSdsSecretConfigs(i),
                    problems.at("tls_certificate_sds_secret_configs", i))));
      }
    }
    return sources;
  }

  private static @Nullable ValidationSource validation(CommonTlsContext proto, Problems problems) {
    return switch (proto.getValidationContextTypeCase()) {
      case VALIDATION_CONTEXT ->
          new ValidationSource.Here(
              ValidationCompiler.compile(
                  proto.getValidationContext(), false, problems.at("validation_context")));
      case VALIDATION_CONTEXT_SDS_SECRET_CONFIG ->
          new ValidationSource.Sds(
              SdsSourceCompiler.compile(
                  proto.getValidationContextSdsSecretConfig(),
                  problems.at("validation_context_sds_secret_config")));
      case COMBINED_VALIDATION_CONTEXT -> {
        Problems here = problems.at("combined_validation_context");
        CommonTlsContext.CombinedCertificateValidationContext combined =
            proto.getCombinedValidationContext();
        yield new ValidationSource.Combined(
            ValidationCompiler.compile(
                combined.getDefaultValidationContext(),
                true,
                here.at("default_validation_context")),
            SdsSourceCompiler.compile(
                combined.getValidationContextSdsSecretConfig(),
                here.at("validation_context_sds_secret_config")));
      }
      case VALIDATION_CONTEXT_CERTIFICATE_PROVIDER,
          VALIDATION_CONTEXT_CERTIFICATE_PROVIDER_INSTANCE -> {
        problems.unsupported("validation_context_certificate_provider_instance");
        yield null;
      }
      case VALIDATIONCONTEXTTYPE_NOT_SET -> null;
    };
  }

  private static List<String> alpn(CommonTlsContext proto, boolean exchanges, Problems problems) {
    List<String> protocols = new ArrayList<>();
    for (int i = 0; i < proto.getAlpnProtocolsCount(); i++) {
      // One entry may hold several, with commas, as Envoy splits them.
      for (String protocol : proto.getAlpnProtocols(i).split(",", -1)) {
        if (protocol.length() > 255) {
          problems
              .at("alpn_protocols", i)
              .error("a protocol must have 1 to 255 characters (RFC 7301 section 3.1)");
        }
        if (protocol.equals(PeerExchangeCompiler.ALPN) && !exchanges) {
          problems
              .at("alpn_protocols", i)
              .warning(
                  PeerExchangeCompiler.ALPN
                      + " is left out: peers that agree on it send metadata before their data,"
                      + " which the filter istio.metadata_exchange would read; there is none");
        } else if (!protocol.isEmpty()) {
          protocols.add(protocol);
        }
      }
    }
    return protocols;
  }
}
