package io.outrigger.e2e.authz;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.control.translate.ProxyNodes;
import io.outrigger.control.translate.Translator;
import io.outrigger.control.world.World;
import io.outrigger.testkit.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The bootstrap of a proxy that has, in a listener a world, the connection manager that the control
 * plane makes for its workload, but answers itself, and lets in callers without a certificate too.
 */
final class GuardedProxy {
  private final Bootstrap.StaticResources.Builder resources =
      Bootstrap.StaticResources.newBuilder();
  private final TransportSocket tls;
  private final Path key;

  /** The key goes to a file, and is put in by name at the end: printed JSON hides it. */
  GuardedProxy(TestCa ca, Path directory) throws IOException {
    TestCa.Leaf leaf = ca.leaf("URI:spiffe://cluster.local/ns/shop/sa/stock");
    key = Files.writeString(directory.resolve("key.pem"), leaf.keyPem());
    tls =
        TransportSocket.newBuilder()
            .setName("envoy.transport_sockets.tls")
            .setTypedConfig(
                any(
                    "extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                    DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(
                            CommonTlsContext.newBuilder()
                                .addTlsCertificates(
                                    TlsCertificate.newBuilder()
                                        .setCertificateChain(inline(leaf.certificatePem()))
                                        .setPrivateKey(inline("hidden")))
                                .setValidationContext(
                                    CertificateValidationContext.newBuilder()
                                        .setTrustedCa(inline(ca.pem()))))
                        .setRequireClientCertificate(BoolValue.of(false))
                        .build()))
            .build();
  }

  void add(World world, int port) throws Exception {
    Node node =
        Node.newBuilder()
            .setId("sidecar~127.0.0.1~stock-1.shop~shop.svc.cluster.local")
            .setMetadata(
                Struct.newBuilder()
                    .putFields(
                        "LABELS",
                        Value.newBuilder()
                            .setStructValue(
                                Struct.newBuilder()
                                    .putFields(
                                        "app", Value.newBuilder().setStringValue("stock").build()))
                            .build()))
            .build();
    Listener made =
        Listener.parseFrom(
            Objects.requireNonNull(
                    new Translator()
                        .translate(world, ProxyNodes.of(node, true))
                        .listeners()
                        .get("virtualInbound"))
                .resource()
                .getValue());
    FilterChain chain =
        made.getFilterChainsList().stream()
            .filter(
                one ->
                    one.getName().equals("0.0.0.0_8080")
                        && one.getFilterChainMatch().getTransportProtocol().equals("tls"))
            .findFirst()
            .orElseThrow();
    HttpConnectionManager manager =
        HttpConnectionManager.parseFrom(
            chain.getFilters(chain.getFiltersCount() - 1).getTypedConfig().getValue());
    resources.addListeners(
        Listener.newBuilder()
            .setName("l" + port)
            .setAddress(
                Address.newBuilder()
                    .setSocketAddress(
                        SocketAddress.newBuilder().setAddress("127.0.0.1").setPortValue(port)))
            .addFilterChains(
                FilterChain.newBuilder()
                    .setTransportSocket(tls)
                    .addFilters(
                        Filter.newBuilder()
                            .setName("hcm")
                            .setTypedConfig(
                                any(
                                    "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                                    manager.toBuilder().setRouteConfig(answers()).build())))));
  }

  String json() {
    return ProtoJson.toJson(
            "envoy.config.bootstrap.v3.Bootstrap",
            Bootstrap.newBuilder().setStaticResources(resources).build().toByteArray())
        .replaceAll("\"inline_string\": *\"\\[redacted\\]\"", "\"filename\": \"" + key + "\"");
  }

  private static RouteConfiguration answers() {
    return RouteConfiguration.newBuilder()
        .setName("answers")
        .addVirtualHosts(
            VirtualHost.newBuilder()
                .setName("all")
                .addDomains("*")
                .addRoutes(
                    Route.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setDirectResponse(DirectResponseAction.newBuilder().setStatus(200))))
        .build();
  }

  private static DataSource inline(String text) {
    return DataSource.newBuilder().setInlineString(text).build();
  }

  private static Any any(String type, MessageLite message) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/envoy." + type)
        .setValue(message.toByteString())
        .build();
  }
}
