package io.outrigger.e2e.gateway;

import io.outrigger.e2e.mesh.TestMesh;

/** What the tests' mesh is told: a service behind a gateway, and whatever else it lets in. */
final class GatewayMesh {
  private GatewayMesh() {}

  /** Ports: plain, TLS and TCP of the gateway, the sidecar's, and those of two servers outside. */
  static String yaml(int http, int https, int tcp, int inbound, int raw, int encrypted) {
    return TestMesh.service("web", inbound)
        + """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: shop}
        spec: {mtls: {mode: STRICT}}
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: outside, namespace: shop}
        spec:
          hosts: [outside.example.net]
          location: MESH_EXTERNAL
          resolution: STATIC
          ports:
          - {number: 7000, name: tcp, protocol: TCP}
          - {number: 7443, name: tls, protocol: TLS}
          endpoints: [{address: 127.0.0.1, ports: {tcp: %5$d, tls: %6$d}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: shop}
        spec:
          selector: {istio: ingressgateway}
          servers:
          - {port: {number: %1$d, name: http, protocol: HTTP}, hosts: ["*.example.com"]}
          - port: {number: %1$d, name: http-secure, protocol: HTTP}
            hosts: [secure.example.com]
            tls: {httpsRedirect: true}
          - port: {number: %2$d, name: https-a, protocol: HTTPS}
            hosts: [a.example.com]
            tls: {mode: SIMPLE, credentialName: a}
          - port: {number: %2$d, name: https-b, protocol: HTTPS}
            hosts: [b.example.com]
            tls: {mode: SIMPLE, credentialName: b}
          - port: {number: %2$d, name: https-m, protocol: HTTPS}
            hosts: [m.example.com]
            tls: {mode: MUTUAL, credentialName: m}
          - port: {number: %2$d, name: https-gone, protocol: HTTPS}
            hosts: [gone.example.com]
            tls: {mode: SIMPLE, credentialName: gone}
          - port: {number: %2$d, name: tls-p, protocol: TLS}
            hosts: [p.example.com]
            tls: {mode: PASSTHROUGH}
          - {port: {number: %3$d, name: tcp, protocol: TCP}, hosts: ["*"]}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: edge, namespace: shop}
        spec:
          hosts: ["*.example.com"]
          gateways: [edge]
          http:
          - match: [{uri: {prefix: /web}}]
            rewrite: {uri: /inside}
            route: [{destination: {host: web, port: {number: 9080}}}]
          tls:
          - match: [{port: %2$d, sniHosts: [p.example.com]}]
            route: [{destination: {host: outside.example.net, port: {number: 7443}}}]
          tcp:
          - match: [{port: %3$d}]
            route: [{destination: {host: outside.example.net, port: {number: 7000}}}]
        """
            .formatted(http, https, tcp, inbound, raw, encrypted);
  }
}
