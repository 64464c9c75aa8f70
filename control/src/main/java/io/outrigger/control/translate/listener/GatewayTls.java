package io.outrigger.control.translate.listener;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.outrigger.control.istio.Gateway;
import io.outrigger.control.istio.Gateway.ServerTls.Version;
import io.outrigger.control.translate.SecretSource;
import io.outrigger.control.translate.TlsContexts;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.ListenerModel.ServerTls;

/** Makes the end of TLS with a gateway's own certificates. */
final class GatewayTls {
  /** The control plane has these secrets, whatever the proxy's own come from. */
  private static final SecretSource ADS = new SecretSource.Ads();

  private GatewayTls() {}

  static TransportSocket socket(ServerTls.Own tls) {
    Gateway.ServerTls settings = tls.settings();
    CommonTlsContext.Builder common =
        CommonTlsContext.newBuilder()
            .setTlsParams(parameters(settings))
            .addAllAlpnProtocols(tls.alpn());
    for (String name : tls.certificates()) {
      common.addTlsCertificateSdsSecretConfigs(TlsContexts.secret(ADS, name));
    }
    for (Gateway.CertificateFiles files : settings.certificates()) {
      common.addTlsCertificates(
          TlsCertificate.newBuilder()
              .setCertificateChain(file(files.certificate()))
              .setPrivateKey(file(files.privateKey())));
    }
    DownstreamTlsContext.Builder context = DownstreamTlsContext.newBuilder();
    if (settings.mode().asksClients()) {
      clients(common, tls);
      // a client without a certificate is turned away, unless it's up to the client
      context.setRequireClientCertificate(
          Values.bool(settings.mode() == Gateway.ServerTls.Mode.MUTUAL));
    }
    return TlsContexts.socket("DownstreamTlsContext", context.setCommonTlsContext(common).build());
  }

  private static void clients(CommonTlsContext.Builder common, ServerTls.Own tls) {
    Gateway.ServerTls settings = tls.settings();
    CertificateValidationContext.Builder validation =
        CertificateValidationContext.newBuilder()
            .addAllMatchTypedSubjectAltNames(TlsContexts.names(settings.subjectAltNames()))
            .addAllVerifyCertificateSpki(settings.certificateSpki())
            .addAllVerifyCertificateHash(settings.certificateHashes());
    if (settings.caCrl() != null) {
      validation.setCrl(file(settings.caCrl()));
    }
    if (tls.authorities() != null) {
      common.setCombinedValidationContext(
          CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
              .setDefaultValidationContext(validation)
              .setValidationContextSdsSecretConfig(TlsContexts.secret(ADS, tls.authorities())));
    } else if (settings.caCertificates() != null) {
      common.setValidationContext(validation.setTrustedCa(file(settings.caCertificates())));
    }
  }

  private static TlsParameters parameters(Gateway.ServerTls settings) {
    return TlsParameters.newBuilder()
        .setTlsMinimumProtocolVersion(version(settings.minVersion(), Version.TLSV1_2))
        .setTlsMaximumProtocolVersion(version(settings.maxVersion(), Version.TLSV1_3))
        .addAllCipherSuites(settings.cipherSuites())
        .addAllEcdhCurves(settings.curves())
        .build();
  }

  private static TlsParameters.TlsProtocol version(Version given, Version otherwise) {
    return switch (given == Version.TLS_AUTO ? otherwise : given) {
      case TLSV1_0 -> TlsParameters.TlsProtocol.TLSv1_0;
      case TLSV1_1 -> TlsParameters.TlsProtocol.TLSv1_1;
      case TLSV1_2 -> TlsParameters.TlsProtocol.TLSv1_2;
      case TLSV1_3 -> TlsParameters.TlsProtocol.TLSv1_3;
      case TLS_AUTO -> TlsParameters.TlsProtocol.TLS_AUTO;
    };
  }

  private static DataSource file(String name) {
    return DataSource.newBuilder().setFilename(name).build();
  }
}
