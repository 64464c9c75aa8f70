package io.outrigger.control.translate;

import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.PathConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.WatchedDirectory;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/** The mesh's mutual TLS, on both of its ends. */
public final class TlsContexts {
  private static final String TLS = "extensions.transport_sockets.tls.v3.";

  private TlsContexts() {}

  /** The calling end: the peer must have one of these identities when any are known. */
  public static TransportSocket upstream(
      SecretSource secrets, String sni, List<String> identities, List<String> alpn) {
    CertificateValidationContext.Builder validation = CertificateValidationContext.newBuilder();
    for (String identity : identities) {
      validation.addMatchTypedSubjectAltNames(uri(StringMatcher.newBuilder().setExact(identity)));
    }
    UpstreamTlsContext context =
        UpstreamTlsContext.newBuilder()
            .setCommonTlsContext(common(secrets, validation, alpn))
            .setSni(sni)
            .build();
    return socket("UpstreamTlsContext", context);
  }

  /** The called end: the peer must have one of these identities, or any of the trust domain. */
  public static TransportSocket downstream(
      SecretSource secrets, String trustDomain, List<String> identities, List<String> alpn) {
    CertificateValidationContext.Builder validation =
        CertificateValidationContext.newBuilder()
            .addAllMatchTypedSubjectAltNames(names(identities));
    if (identities.isEmpty()) {
      validation.addMatchTypedSubjectAltNames(
          uri(StringMatcher.newBuilder().setPrefix("spiffe://" + trustDomain + "/")));
    }
    DownstreamTlsContext context =
        DownstreamTlsContext.newBuilder()
            .setCommonTlsContext(common(secrets, validation, alpn))
            .setRequireClientCertificate(Values.bool(true))
            .build();
    return socket("DownstreamTlsContext", context);
  }

  /** A TLS socket around a context of that name. */
  public static TransportSocket socket(String name, com.google.protobuf.MessageLite context) {
    return TransportSocket.newBuilder()
        .setName("envoy.transport_sockets.tls")
        .setTypedConfig(Values.any(TLS + name, context))
        .build();
  }

  /** TLS 1.2 and 1.3; Envoy's clients would stop at 1.2. */
  public static TlsParameters versions() {
    return TlsParameters.newBuilder()
        .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_2)
        .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3)
        .build();
  }

  private static CommonTlsContext common(
      SecretSource secrets, CertificateValidationContext.Builder validation, List<String> alpn) {
    return CommonTlsContext.newBuilder()
        .setTlsParams(versions())
        .addAllAlpnProtocols(alpn)
        .addTlsCertificateSdsSecretConfigs(secret(secrets, "default"))
        .setCombinedValidationContext(
            CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                .setDefaultValidationContext(validation)
                .setValidationContextSdsSecretConfig(secret(secrets, "ROOTCA")))
        .build();
  }

  /** Names of which a peer's certificate must have one, URIs where they look like it. */
  public static List<SubjectAltNameMatcher> names(List<String> names) {
    return names.stream()
        .map(
            name ->
                SubjectAltNameMatcher.newBuilder()
                    .setSanType(
                        name.contains("://")
                            ? SubjectAltNameMatcher.SanType.URI
                            : SubjectAltNameMatcher.SanType.DNS)
                    .setMatcher(StringMatcher.newBuilder().setExact(name))
                    .build())
        .toList();
  }

  private static SubjectAltNameMatcher uri(StringMatcher.Builder matcher) {
    return SubjectAltNameMatcher.newBuilder()
        .setSanType(SubjectAltNameMatcher.SanType.URI)
        .setMatcher(matcher)
        .build();
  }

  /** Where a secret of that name comes from. */
  public static SdsSecretConfig secret(SecretSource source, String name) {
    ConfigSource.Builder config =
        ConfigSource.newBuilder()
            .setResourceApiVersion(ApiVersion.V3)
            .setInitialFetchTimeout(Values.duration(java.time.Duration.ZERO));
    switch (source) {
      case SecretSource.Ads ignored -> config.setAds(AggregatedConfigSource.getDefaultInstance());
      case SecretSource.Directory(String directory) ->
          config.setPathConfigSource(
              PathConfigSource.newBuilder()
                  .setPath(directory + "/" + name + ".yaml")
                  .setWatchedDirectory(WatchedDirectory.newBuilder().setPath(directory)));
      case SecretSource.Cluster(String cluster) ->
          config.setApiConfigSource(
              ApiConfigSource.newBuilder()
                  .setApiType(ApiConfigSource.ApiType.GRPC)
                  .setTransportApiVersion(ApiVersion.V3)
                  .addGrpcServices(
                      GrpcService.newBuilder()
                          .setEnvoyGrpc(
                              GrpcService.EnvoyGrpc.newBuilder().setClusterName(cluster))));
    }
    return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(config).build();
  }
}
