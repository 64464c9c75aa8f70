package io.outrigger.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.CertificateRequest;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import io.outrigger.identity.SigningResult;
import io.outrigger.identity.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;

/** A real Envoy's bootstrap as a router of ours: it proves who it is, so that it's sent secrets. */
final class EnvoyRouter {
  private EnvoyRouter() {}

  /** Writes it beside a certificate that the mesh's authority signs. */
  static Path write(Path directory, Path state, int control, int admin) throws IOException {
    CertificateAuthority authority =
        CertificateAuthority.open(state, "cluster.local", InstantSource.system());
    KeyPair keys = KeyPairs.ecP256();
    SpiffeId id = new SpiffeId("cluster.local", "shop", "edge");
    SigningResult signed =
        authority.sign(CertificateRequest.pem(keys, id), id, Duration.ofHours(1));
    assertThat(signed).isInstanceOf(SigningResult.Signed.class);
    Path secrets = Files.createDirectories(directory.resolve("secrets"));
    Files.writeString(
        secrets.resolve("default.yaml"),
        """
        resources:
        - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
          name: default
          tls_certificate:
            certificate_chain: {inline_string: "%s"}
            private_key: {inline_string: "%s"}
        """
            .formatted(
                oneLine(((SigningResult.Signed) signed).chain().getFirst()),
                oneLine(Pem.privateKey(keys.getPrivate()))));
    Files.writeString(
        secrets.resolve("ROOTCA.yaml"),
        """
        resources:
        - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
          name: ROOTCA
          validation_context: {trusted_ca: {inline_string: "%s"}}
        """
            .formatted(oneLine(authority.rootPem())));
    Path file = directory.resolve("envoy.yaml");
    Files.writeString(file, yaml(control, admin, secrets));
    return file;
  }

  private static String oneLine(String pem) {
    return pem.replace("\n", "\\n");
  }

  private static String yaml(int control, int admin, Path secrets) {
    return """
        node:
          id: router~127.0.0.1~edge.shop~shop.svc.cluster.local
          cluster: edge
          metadata:
            NAMESPACE: shop
            SERVICE_ACCOUNT: edge
            LABELS: {istio: ingressgateway, gateway.networking.k8s.io/gateway-name: edge}
            SDS_DIRECTORY: %3$s
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}
        dynamic_resources:
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            grpc_services: [{envoy_grpc: {cluster_name: xds}}]
          cds_config: {ads: {}, resource_api_version: V3}
          lds_config: {ads: {}, resource_api_version: V3}
        static_resources:
          clusters:
          - name: xds
            connect_timeout: 2s
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {}}
            load_assignment:
              cluster_name: xds
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}}
            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                sni: localhost
                common_tls_context:
                  tls_certificate_sds_secret_configs:
                  - {name: default, sds_config: {path_config_source: {path: "%3$s/default.yaml"}}}
                  validation_context_sds_secret_config:
                    {name: ROOTCA, sds_config: {path_config_source: {path: "%3$s/ROOTCA.yaml"}}}
        """
        .formatted(control, admin, secrets);
  }
}
