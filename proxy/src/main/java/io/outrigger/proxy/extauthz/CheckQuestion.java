package io.outrigger.proxy.extauthz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.outrigger.config.extauthz.BodyBuffer;
import io.outrigger.config.filter.ExtAuthzConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.AddressMessages;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.ToldOfExchange;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.tls.PeerIdentity;
import io.outrigger.proxy.tls.TlsInfo;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts together what an authorization service is told of a request or a connection. */
final class CheckQuestion {
  private static final HeaderName CALLER = HeaderName.of("x-envoy-downstream-service-cluster");
  private static final String PARTIAL_BODY = "x-envoy-auth-partial-body";

  private CheckQuestion() {}

  /** What is asked of a connection. */
  static CheckRequest of(
      DownstreamConnection connection,
      boolean peerCertificate,
      boolean tlsSession,
      Map<String, String> labels) {
    AttributeContext.Builder context = AttributeContext.newBuilder();
    peers(context, connection, "", peerCertificate, tlsSession, labels);
    String name = connection.requestedServerName();
    if (name != null) {
      context.setDestination(context.getDestination().toBuilder().setService(name));
    }
    return CheckRequest.newBuilder().setAttributes(context).build();
  }

  /** What is asked of a request; {@code body} null: it isn't told. */
  static CheckRequest of(
      Exchange exchange,
      ExtAuthzConfig config,
      Map<String, String> labels,
      Map<String, String> extensions,
      @Nullable CollectedBody body) {
    AttributeContext.Builder context = AttributeContext.newBuilder();
    DownstreamConnection connection = exchange.downstream();
    peers(
        context,
        connection,
        value(exchange.request(), CALLER),
        config.peerCertificate(),
        config.tlsSession(),
        labels);
    AttributeContext.HttpRequest.Builder http = http(exchange, body);
    if (config.rawHeaders()) {
      http.setHeaderMap(rawHeaders(exchange.request(), config, body));
    } else {
      http.putAllHeaders(headers(exchange.request(), config, body));
    }
    long micros = exchange.startEpochMicros();
    context.setRequest(
        AttributeContext.Request.newBuilder()
            .setTime(
                Timestamp.newBuilder()
                    .setSeconds(micros / 1_000_000)
                    .setNanos((int) (micros % 1_000_000) * 1000))
            .setHttp(http));
    context.putAllContextExtensions(extensions);
    context.setMetadataContext(ToldOfExchange.metadata(exchange, config.metadataNamespaces()));
    context.setRouteMetadataContext(
        routeMetadata(exchange.route(), config.routeMetadataNamespaces()));
    return CheckRequest.newBuilder().setAttributes(context).build();
  }

  private static AttributeContext.HttpRequest.Builder http(
      Exchange exchange, @Nullable CollectedBody body) {
    Headers head = exchange.request();
    AttributeContext.HttpRequest.Builder http =
        AttributeContext.HttpRequest.newBuilder()
            .setId(Long.toUnsignedString(exchange.random()))
            .setMethod(value(head, HeaderName.METHOD))
            .setPath(value(head, HeaderName.PATH))
            .setHost(value(head, HeaderName.AUTHORITY))
            .setScheme(value(head, HeaderName.SCHEME))
            .setSize(exchange.bytesReceived())
            .setProtocol(exchange.protocol());
    if (body != null) {
      ByteString bytes = body.bytes();
      if (body.settings().asBytes()) {
        http.setRawBody(bytes);
      } else {
        http.setBody(text(bytes));
      }
    }
    return http;
  }

  /** As text; what isn't UTF-8 becomes exclamation marks, as in Envoy. */
  private static String text(ByteString bytes) {
    return bytes.isValidUtf8()
        ? bytes.toStringUtf8()
        : bytes.toString(StandardCharsets.UTF_8).replace('\ufffd', '!');
  }

  /** The headers that the service sees, repeated ones joined. */
  static Map<String, String> headers(
      Headers head, ExtAuthzConfig config, @Nullable CollectedBody body) {
    Map<String, String> out = new LinkedHashMap<>();
    for (int slot = 0; slot < head.slots(); slot++) {
      if (ToldOfExchange.isSeen(head, slot, config.allowedHeaders(), config.disallowedHeaders())) {
        out.merge(
            head.nameText(slot), HeaderText.utf8(head.value(slot)), (one, two) -> one + "," + two);
      }
    }
    if (body != null) {
      out.put(PARTIAL_BODY, Boolean.toString(body.isPartial()));
    }
    return out;
  }

  private static HeaderMap rawHeaders(
      Headers head, ExtAuthzConfig config, @Nullable CollectedBody body) {
    HeaderMap.Builder out =
        ToldOfExchange.headers(head, config.allowedHeaders(), config.disallowedHeaders());
    if (body != null) {
      out.addHeaders(
          HeaderValue.newBuilder()
              .setKey(PARTIAL_BODY)
              .setRawValue(ByteString.copyFromUtf8(Boolean.toString(body.isPartial()))));
    }
    return out.build();
  }

  private static String value(Headers head, HeaderName name) {
    String value = head.value(name);
    return value == null ? "" : HeaderText.utf8(value);
  }

  private static void peers(
      AttributeContext.Builder context,
      DownstreamConnection connection,
      String caller,
      boolean peerCertificate,
      boolean tlsSession,
      Map<String, String> labels) {
    AttributeContext.Peer.Builder source =
        AttributeContext.Peer.newBuilder()
            .setAddress(AddressMessages.of(connection.addresses().remoteText()))
            .setService(caller);
    AttributeContext.Peer.Builder destination =
        AttributeContext.Peer.newBuilder()
            .setAddress(AddressMessages.of(connection.addresses().localText()))
            .putAllLabels(labels);
    TlsInfo tls = connection.tls();
    if (tls != null) {
      source.setPrincipal(principal(tls.peer()));
      destination.setPrincipal(principal(tls.local()));
      PeerIdentity peer = tls.peer();
      if (peerCertificate && peer != null) {
        source.setCertificate(peer.urlEncodedPem());
      }
    }
    context.setSource(source).setDestination(destination);
    String name = connection.requestedServerName();
    if (tlsSession && tls != null) {
      context.setTlsSession(
          AttributeContext.TLSSession.newBuilder().setSni(name == null ? "" : name));
    }
  }

  private static String principal(@Nullable PeerIdentity who) {
    if (who == null) {
      return "";
    }
    return !who.uriSans().isEmpty()
        ? who.uriSans().getFirst()
        : !who.dnsSans().isEmpty() ? who.dnsSans().getFirst() : who.subject();
  }

  private static Metadata routeMetadata(@Nullable Route route, List<String> namespaces) {
    Metadata.Builder out = Metadata.newBuilder();
    for (int i = 0, size = namespaces.size(); i < size && route != null; i++) {
      Struct found = route.metadata().namespace(namespaces.get(i));
      if (found != null) {
        out.putFilterMetadata(namespaces.get(i), found);
      }
    }
    return out.build();
  }

  /** The labels that the bootstrap's node has under this key. */
  static Map<String, String> labels(Node node, String key) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (!key.isEmpty()) {
      Value found = node.getMetadata().getFieldsMap().get(key);
      if (found != null) {
        found
            .getStructValue()
            .getFieldsMap()
            .forEach((name, value) -> labels.put(name, value.getStringValue()));
      }
    }
    return labels;
  }

  /** A body as far as it was collected. */
  record CollectedBody(BodyBuffer settings, ByteString bytes, boolean isPartial) {}
}
