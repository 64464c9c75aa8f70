package io.outrigger.proxy.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SidecarBootstrapTest {
  private static Bootstrap read(String... arguments) throws Exception {
    return read(Role.SIDECAR, arguments);
  }

  private static Bootstrap read(Role role, String... arguments) throws Exception {
    String yaml =
        new SidecarBootstrap(SidecarArguments.parse(role, List.of(arguments)), "10.1.2.3", "")
            .yaml();
    List<SchemaProblem> problems = new ArrayList<>();
    byte[] wire =
        ProtoYaml.toWire(
            "envoy.config.bootstrap.v3.Bootstrap",
            Objects.requireNonNull(Yaml.parse("bootstrap", yaml)),
            problems);
    assertThat(problems).as(yaml).isEmpty();
    return Bootstrap.parseFrom(wire);
  }

  @Test
  void aGatewayIsARouterThatIsNotInterceptedAndSaysWhatStandsBeforeIt() throws Exception {
    Bootstrap bootstrap =
        read(
            Role.GATEWAY,
            "--service",
            "edge",
            "--ca-file",
            "x",
            "--namespace",
            "istio-system",
            "--label",
            "istio=ingressgateway",
            "--trusted-proxies",
            "2");
    assertThat(bootstrap.getNode().getId())
        .isEqualTo("router~10.1.2.3~edge.istio-system~istio-system.svc.cluster.local");
    Struct metadata = bootstrap.getNode().getMetadata();
    assertThat(metadata.getFieldsMap().keySet())
        .contains("SERVICE", "LABELS")
        .doesNotContain("INTERCEPTION_MODE", "INBOUND_PORT", "APP_PORT");
    assertThat(metadata.getFieldsMap().get("PROXY_CONFIG").toString())
        .contains("gatewayTopology", "numTrustedProxies", "2.0");
  }

  @Test
  void itIsABootstrapThatEnvoyUnderstands() throws Exception {
    Bootstrap bootstrap =
        read(
            "--service",
            "reviews",
            "--app-port",
            "9080",
            "--ca-file",
            "x",
            "--namespace",
            "shop",
            "--version",
            "v\"2\"",
            "--http-proxy-port",
            "3128",
            "--listen",
            "ratings:9080=19080");
    assertThat(bootstrap.getNode().getId())
        .isEqualTo("sidecar~10.1.2.3~reviews-v\"2\".shop~shop.svc.cluster.local");
    Struct metadata = bootstrap.getNode().getMetadata();
    assertThat(metadata.getFieldsMap().get("INTERCEPTION_MODE").getStringValue()).isEqualTo("NONE");
    assertThat(metadata.getFieldsMap().get("APP_PORT").getStringValue()).isEqualTo("9080");
    assertThat(
            metadata
                .getFieldsMap()
                .get("LOOPBACK_PORTS")
                .getStructValue()
                .getFieldsMap()
                .get("ratings:9080")
                .getStringValue())
        .isEqualTo("19080");
    assertThat(
            metadata
                .getFieldsMap()
                .get("LABELS")
                .getStructValue()
                .getFieldsMap()
                .get("version")
                .getStringValue())
        .isEqualTo("v\"2\"");
    assertThat(bootstrap.getAdmin().getAddress().getSocketAddress().getPortValue())
        .isEqualTo(15000);
    Cluster control = bootstrap.getStaticResources().getClusters(0);
    assertThat(control.getType()).isEqualTo(Cluster.DiscoveryType.STATIC);
    UpstreamTlsContext tls =
        UpstreamTlsContext.parseFrom(control.getTransportSocket().getTypedConfig().getValue());
    assertThat(tls.getCommonTlsContext().getTlsCertificateSdsSecretConfigs(0).getName())
        .isEqualTo("default");
    assertThat(
            tls.getCommonTlsContext()
                .getCombinedValidationContext()
                .getDefaultValidationContext()
                .getMatchTypedSubjectAltNames(0)
                .getMatcher()
                .getExact())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void aNamedControlPlaneIsLookedUpAndCheckedByName() throws Exception {
    Bootstrap bootstrap =
        read(
            "--service",
            "a",
            "--app-port",
            "1",
            "--ca-file",
            "x",
            "--admin-port",
            "0",
            "--control",
            "istiod.istio-system.svc:15012");
    assertThat(bootstrap.hasAdmin()).isFalse();
    Cluster control = bootstrap.getStaticResources().getClusters(0);
    assertThat(control.getType()).isEqualTo(Cluster.DiscoveryType.STRICT_DNS);
    UpstreamTlsContext tls =
        UpstreamTlsContext.parseFrom(control.getTransportSocket().getTypedConfig().getValue());
    assertThat(tls.getSni()).isEqualTo("istiod.istio-system.svc");
  }
}
