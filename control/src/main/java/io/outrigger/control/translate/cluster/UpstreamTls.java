package io.outrigger.control.translate.cluster;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.outrigger.control.istio.TrafficPolicy.ClientTls;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.translate.PeerExchange;
import io.outrigger.control.translate.TlsContexts;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.ClusterModel;
import java.util.ArrayList;
import java.util.List;

/** How a cluster's connections are encrypted. */
final class UpstreamTls {
  /** Where Linux distributions keep the certificate authorities that they trust. */
  private static final String SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

  private UpstreamTls() {}

  static void apply(Cluster.Builder out, ClusterModel.Outbound model) {
    ClientTls tls = model.policy().tls();
    if (tls == null) {
      if (model.autoMtls()) {
        auto(out, model);
      }
      return;
    }
    switch (tls.mode()) {
      case DISABLE -> {}
      case ISTIO_MUTUAL -> {
        List<String> identities =
            tls.subjectAltNames().isEmpty() ? model.identities() : tls.subjectAltNames();
        String sni = tls.sni() == null ? model.sni() : tls.sni();
        out.setTransportSocket(
            TlsContexts.upstream(model.secrets(), sni, identities, meshAlpn(model)));
        exchange(out, model);
      }
      case SIMPLE, MUTUAL -> out.setTransportSocket(own(model, tls));
    }
  }

  // by each endpoint's metadata: mutual TLS where a sidecar stands, else as it is
  private static void auto(Cluster.Builder out, ClusterModel.Outbound model) {
    TransportSocket mutual =
        TlsContexts.upstream(model.secrets(), model.sni(), model.identities(), meshAlpn(model));
    if (out.getType() == Cluster.DiscoveryType.ORIGINAL_DST) {
      // hosts made on the way have no metadata to look at
      if (model.allSidecars()) {
        out.setTransportSocket(mutual);
        exchange(out, model);
      }
      return;
    }
    exchange(out, model);
    out.addTransportSocketMatches(
        Cluster.TransportSocketMatch.newBuilder()
            .setName("tlsMode-istio")
            .setMatch(
                Struct.newBuilder()
                    .putFields("tlsMode", Value.newBuilder().setStringValue("istio").build()))
            .setTransportSocket(mutual));
    out.addTransportSocketMatches(
        Cluster.TransportSocketMatch.newBuilder()
            .setName("tlsMode-disabled")
            .setMatch(Struct.getDefaultInstance())
            .setTransportSocket(
                TransportSocket.newBuilder()
                    .setName("envoy.transport_sockets.raw_buffer")
                    .setTypedConfig(
                        Values.any(
                            "extensions.transport_sockets.raw_buffer.v3.RawBuffer",
                            RawBuffer.getDefaultInstance()))));
  }

  /**
   * The names that tell the other sidecar that this is the mesh's own TLS, and whether HTTP is
   * inside. Only h2 is ever agreed on.
   */
  static List<String> meshAlpn(ClusterModel.Outbound model) {
    if (HttpOptions.http2(model)) {
      return List.of("istio-h2", "istio", "h2");
    }
    Protocol protocol = model.protocol();
    if (protocol.http()) {
      return List.of("istio-http/1.1", "istio");
    }
    return model.tellsPeers() ? List.of(PeerExchange.ALPN, "istio") : List.of("istio");
  }

  /** The filter for connections that agree on what {@link #meshAlpn} offers. */
  private static void exchange(Cluster.Builder out, ClusterModel.Outbound model) {
    if (meshAlpn(model).contains(PeerExchange.ALPN)) {
      out.addFilters(PeerExchange.ofCluster());
    }
  }

  private static TransportSocket own(ClusterModel.Outbound model, ClientTls tls) {
    CertificateValidationContext.Builder validation = CertificateValidationContext.newBuilder();
    if (!tls.insecureSkipVerify()) {
      String authorities = tls.caCertificates();
      validation.setTrustedCa(
          file(
              authorities == null || authorities.equals("system")
                  ? SYSTEM_AUTHORITIES
                  : authorities));
      List<String> names = new ArrayList<>(tls.subjectAltNames());
      if (names.isEmpty() && !model.hostname().startsWith("*")) {
        names.add(tls.sni() != null ? tls.sni() : model.hostname());
      }
      validation.addAllMatchTypedSubjectAltNames(TlsContexts.names(names));
    }
    CommonTlsContext.Builder common =
        CommonTlsContext.newBuilder()
            .setTlsParams(TlsContexts.versions())
            .setValidationContext(validation);
    if (HttpOptions.http2(model)) {
      common.addAlpnProtocols("h2");
    }
    if (tls.clientCertificate() != null && tls.privateKey() != null) {
      common.addTlsCertificates(
          TlsCertificate.newBuilder()
              .setCertificateChain(file(tls.clientCertificate()))
              .setPrivateKey(file(tls.privateKey())));
    }
    UpstreamTlsContext.Builder context =
        UpstreamTlsContext.newBuilder().setCommonTlsContext(common);
    if (tls.sni() != null) {
      context.setSni(tls.sni());
    } else if (!model.hostname().startsWith("*")) {
      context.setSni(model.hostname());
    }
    return TlsContexts.socket("UpstreamTlsContext", context.build());
  }

  private static DataSource file(String name) {
    return DataSource.newBuilder().setFilename(name).build();
  }
}
