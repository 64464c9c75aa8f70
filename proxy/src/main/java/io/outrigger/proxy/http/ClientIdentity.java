package io.outrigger.proxy.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.hcm.ClientCertForwarding;
import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.hcm.RemoteAddressOptions;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.address.MachineAddress;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.tls.PeerIdentity;
import io.outrigger.proxy.tls.TlsInfo;
import io.outrigger.proxy.tracing.TraceReason;
import java.net.InetAddress;

/**
 * Who sent a request, as the headers tell the next hop: X-Forwarded-For, -Proto and -Client-Cert,
 * and which x-envoy headers a client may set.
 */
final class ClientIdentity {
  private static final byte[] HTTP = "http".getBytes(US_ASCII);
  private static final byte[] HTTPS = "https".getBytes(US_ASCII);
  private static final byte[] TRUE = "true".getBytes(US_ASCII);

  /** What only internal clients may set; removed from all others' requests. */
  static final HeaderName[] INTERNAL_ONLY =
      names(
          "x-envoy-retriable-status-codes",
          "x-envoy-retriable-header-names",
          "x-envoy-retry-on",
          "x-envoy-retry-grpc-on",
          "x-envoy-max-retries",
          "x-envoy-upstream-alt-stat-name",
          "x-envoy-upstream-rq-timeout-ms",
          "x-envoy-upstream-rq-per-try-timeout-ms",
          "x-envoy-upstream-rq-timeout-alt-response",
          "x-envoy-expected-rq-timeout-ms",
          "x-envoy-force-trace",
          "x-envoy-ip-tags",
          "x-envoy-original-url",
          "x-envoy-hedge-on-per-try-timeout");

  /** What no client from outside may set. */
  static final HeaderName[] EDGE =
      names(
          "x-envoy-decorator-operation",
          "x-envoy-downstream-service-cluster",
          "x-envoy-downstream-service-node");

  private static final HeaderName FORWARDED_PORT = HeaderName.of("x-forwarded-port");
  private static final HeaderName USER_AGENT = HeaderName.of("user-agent");
  private static final HeaderName SERVICE_CLUSTER =
      HeaderName.of("x-envoy-downstream-service-cluster");
  private static final HeaderName SERVICE_NODE = HeaderName.of("x-envoy-downstream-service-node");

  private ClientIdentity() {}

  private static HeaderName[] names(String... texts) {
    HeaderName[] names = new HeaderName[texts.length];
    for (int i = 0; i < texts.length; i++) {
      names[i] = HeaderName.of(texts[i]);
    }
    return names;
  }

  /** May answer the request, where its client cannot be told. */
  static void apply(Exchange exchange, Headers headers, RequestFields fields) {
    HttpConnectionManagerConfig config = exchange.scope.config;
    DownstreamHttpConnection connection = exchange.from();
    RemoteAddressOptions options = config.remoteAddress();
    boolean edge;
    if (options.useRemoteAddress()) {
      edge = useRemoteAddress(exchange, headers, fields, options);
    } else if (!options.detection().isEmpty()) {
      edge = false;
      if (!OriginalAddress.detect(exchange, headers, options)) {
        return;
      }
    } else {
      edge = false;
      if (fields.xForwardedFor >= 0 || !options.internalRanges().isEmpty()) {
        OriginalAddress.forwardedFor(exchange, headers, options, options.xffNumTrustedHops());
      }
    }
    boolean internal = exchange.internal;
    if (fields.envoy) {
      headers.remove(HeaderName.X_ENVOY_INTERNAL);
      if (!internal) {
        removeAll(headers, INTERNAL_ONLY);
        if (edge) {
          removeAll(headers, EDGE);
          headers.remove(HeaderName.X_ENVOY_EXTERNAL_ADDRESS);
        }
      }
    }
    if (internal) {
      headers.set(HeaderName.X_ENVOY_INTERNAL, TRUE);
    } else if (edge) {
      String claimed = exchange.remoteAddress;
      headers.set(
          HeaderName.X_ENVOY_EXTERNAL_ADDRESS,
          claimed == null
              ? SocketAddresses.host(connection.facts.addresses().remote())
              : SocketAddresses.withoutPort(claimed));
    }
    byte[] proto = connection.tls ? HTTPS : HTTP;
    if (fields.xForwardedProto < 0) {
      headers.add(HeaderName.X_FORWARDED_PROTO, proto);
    } else if (options.useRemoteAddress() && options.xffNumTrustedHops() == 0) {
      headers.set(HeaderName.X_FORWARDED_PROTO, proto);
    }
    if (fields.xForwardedProto >= 0 && !exchange.isHttp2()) {
      scheme(headers); // HTTP/1 says no scheme of its own
    }
    if (!config.schemeOverwrite().isEmpty()) {
      headers.set(HeaderName.X_FORWARDED_PROTO, config.schemeOverwrite());
      headers.set(HeaderName.SCHEME, config.schemeOverwrite());
    }
    if (config.appendXForwardedPort()) {
      forwardedPort(connection, headers, options);
    }
    if (config.addUserAgent()) {
      userAgent(exchange, headers);
    }
    if (config.requestId().generate()) {
      boolean fresh = edge && !config.requestId().preserveExternal();
      if (fields.requestId >= 0 && fresh) {
        headers.removeSlot(fields.requestId);
      }
      if (fields.requestId >= 0 && edge && !fresh && config.requestId().packTraceReason()) {
        TraceReason.reset(headers, fields.requestId);
      }
      boolean empty = fields.requestId >= 0 && headers.valueLength(fields.requestId) == 0;
      if (empty) {
        headers.remove(HeaderName.X_REQUEST_ID);
      }
      if (fields.requestId < 0 || fresh || empty) {
        exchange.scope.text.addUuid(headers, HeaderName.X_REQUEST_ID);
      }
    }
    if (fields.clientCert >= 0 || connection.tls) {
      clientCert(config.clientCertForwarding(), connection, headers);
    }
  }

  /** The port that the client connected to; a proxy that is trusted may have said it already. */
  private static void forwardedPort(
      DownstreamHttpConnection connection, Headers headers, RemoteAddressOptions options) {
    boolean trusted = !options.useRemoteAddress() || options.xffNumTrustedHops() > 0;
    if ((!trusted || !headers.contains(FORWARDED_PORT))
        && connection.facts.addresses().local() instanceof java.net.InetSocketAddress local) {
      headers.set(FORWARDED_PORT, Integer.toString(local.getPort()));
    }
  }

  /** add_user_agent: callers are told by the cluster that this proxy belongs to. */
  private static void userAgent(Exchange exchange, Headers headers) {
    Node node = exchange.scope.node;
    headers.set(SERVICE_CLUSTER, node.getCluster());
    String agent = headers.value(USER_AGENT);
    if (agent == null || agent.isEmpty()) {
      headers.set(USER_AGENT, node.getCluster());
    }
    if (!node.getId().isEmpty()) {
      headers.set(SERVICE_NODE, node.getId());
    }
  }

  private static void scheme(Headers headers) {
    int slot = headers.find(HeaderName.X_FORWARDED_PROTO);
    if (slot >= 0 && headers.valueEqualsIgnoreCase(slot, HTTPS)) {
      headers.set(HeaderName.SCHEME, HTTPS);
    } else if (slot >= 0 && headers.valueEqualsIgnoreCase(slot, HTTP)) {
      headers.set(HeaderName.SCHEME, HTTP);
    }
  }

  private static void removeAll(Headers headers, HeaderName[] names) {
    for (HeaderName name : names) {
      headers.remove(name);
    }
  }

  /** Trusts the connection, and tells the next hop of it. Returns whether this is the edge. */
  private static boolean useRemoteAddress(
      Exchange exchange, Headers headers, RequestFields fields, RemoteAddressOptions options) {
    DownstreamHttpConnection connection = exchange.from();
    InetAddress peer = SocketAddresses.ip(connection.facts.addresses().remote());
    boolean hadForwardedFor = fields.xForwardedFor >= 0;
    InetAddress client = peer;
    if (options.xffNumTrustedHops() > 0 && hadForwardedFor) {
      InetAddress claimed = OriginalAddress.nthFromRight(headers, options.xffNumTrustedHops() - 1);
      if (claimed != null) {
        exchange.remoteAddress = OriginalAddress.text(claimed);
        client = claimed;
      }
    }
    exchange.internal = !hadForwardedFor && options.isInternal(client);
    if (!options.skipXffAppend()) {
      appendPeer(connection, headers);
    }
    return !exchange.internal;
  }

  /** Adds the connection's peer to X-Forwarded-For; in a loopback's place this machine. */
  static void appendPeer(DownstreamHttpConnection connection, Headers headers) {
    InetAddress peer = SocketAddresses.ip(connection.facts.addresses().remote());
    byte[] host =
        peer != null && peer.isLoopbackAddress()
            ? MachineAddress.text().getBytes(US_ASCII)
            : connection.remoteHost();
    append(headers, HeaderName.X_FORWARDED_FOR, host, ',');
  }

  private static void append(Headers headers, HeaderName name, byte[] value, char separator) {
    int slot = headers.find(name);
    if (slot < 0) {
      headers.add(name, value);
      return;
    }
    int length = headers.valueLength(slot);
    byte[] joined = new byte[length + 1 + value.length];
    System.arraycopy(headers.data(), headers.valueOffset(slot), joined, 0, length);
    joined[length] = (byte) separator;
    System.arraycopy(value, 0, joined, length + 1, value.length);
    headers.setValue(slot, joined, 0, joined.length);
  }

  private static void clientCert(
      ClientCertForwarding config, DownstreamHttpConnection connection, Headers headers) {
    TlsInfo tls = connection.facts.tls();
    PeerIdentity peer = tls == null ? null : tls.peer();
    switch (config.mode()) {
      case ALWAYS_FORWARD_ONLY -> {}
      case FORWARD_ONLY -> {
        if (peer == null) {
          headers.remove(HeaderName.X_FORWARDED_CLIENT_CERT);
        }
      }
      case SANITIZE -> headers.remove(HeaderName.X_FORWARDED_CLIENT_CERT);
      case SANITIZE_SET -> {
        headers.remove(HeaderName.X_FORWARDED_CLIENT_CERT);
        if (tls != null && peer != null) {
          headers.add(HeaderName.X_FORWARDED_CLIENT_CERT, element(config, connection, tls, peer));
        }
      }
      case APPEND_FORWARD -> {
        if (tls == null || peer == null) {
          headers.remove(HeaderName.X_FORWARDED_CLIENT_CERT);
        } else {
          byte[] own = element(config, connection, tls, peer);
          append(headers, HeaderName.X_FORWARDED_CLIENT_CERT, own, ',');
        }
      }
    }
  }

  /** The client's element, made once a connection. */
  private static byte[] element(
      ClientCertForwarding config,
      DownstreamHttpConnection connection,
      TlsInfo tls,
      PeerIdentity peer) {
    byte[] element = connection.certificateElement;
    if (element == null) {
      element = element(config, tls, peer).getBytes(UTF_8);
      connection.certificateElement = element;
    }
    return element;
  }

  /** By, Hash, Cert, Chain, Subject, URI, DNS, as configured and in Envoy's order. */
  private static String element(ClientCertForwarding config, TlsInfo tls, PeerIdentity peer) {
    StringBuilder out = new StringBuilder(256);
    PeerIdentity local = tls.local();
    if (local != null) {
      for (String uri : local.uriSans()) {
        out.append("By=").append(uri).append(';');
      }
    }
    out.append("Hash=").append(peer.sha256());
    if (config.cert()) {
      out.append(";Cert=\"").append(peer.urlEncodedPem()).append('"');
    }
    if (config.chain()) {
      out.append(";Chain=\"").append(peer.urlEncodedChain()).append('"');
    }
    if (config.subject()) {
      out.append(";Subject=\"").append(peer.subject().replace("\"", "\\\"")).append('"');
    }
    if (config.uri()) {
      if (peer.uriSans().isEmpty()) {
        out.append(";URI=");
      }
      for (String uri : peer.uriSans()) {
        out.append(";URI=").append(uri);
      }
    }
    if (config.dns()) {
      for (String dns : peer.dnsSans()) {
        out.append(";DNS=").append(dns);
      }
    }
    return out.toString();
  }
}
