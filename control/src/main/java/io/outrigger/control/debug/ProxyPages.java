package io.outrigger.control.debug;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.outrigger.api.schema.JsonWriter;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.control.debug.DebugServer.Page;
import io.outrigger.control.push.Session;
import io.outrigger.control.push.SessionStatus;
import io.outrigger.control.push.Sessions;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.xds.ResourceSnapshot;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.TypeStatus;
import io.outrigger.xds.VersionedResource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Pages about connected proxies: who, where each stands, and what each was sent. */
public final class ProxyPages {
  private final Sessions sessions;

  public ProxyPages(Sessions sessions) {
    this.sessions = sessions;
  }

  private List<Session<?, ?>> connected() {
    return sessions.all().stream()
        .filter(s -> s.node() != null)
        .sorted(Comparator.comparing(ProxyPages::name))
        .toList();
  }

  private static String name(Session<?, ?> session) {
    ProxyNode node = session.node();
    return node == null ? "" : node.id();
  }

  /** As istioctl proxy-status asks: for each proxy and type, whether it holds what is in force. */
  public Page syncz(Map<String, String> query) {
    JsonWriter out = new JsonWriter(true).beginArray();
    for (Session<?, ?> session : connected()) {
      SessionStatus status = session.status();
      out.beginObject().name("proxy").value(name(session));
      String identity = session.identity();
      out.name("identity").value(identity == null ? "" : identity);
      out.name("generation").value(status.generation()).name("synced").value(status.synced());
      if (!status.problems().isEmpty()) {
        out.name("problems").beginArray();
        status.problems().forEach(out::value);
        out.endArray();
      }
      for (TypeStatus type : status.types()) {
        out.name(type.type().name()).beginObject();
        out.name("state").value(type.state().name());
        out.name("sent").value((long) type.sent());
        out.name("sent_version").value(type.sentVersion());
        out.name("acked_version").value(type.ackedVersion());
        String nack = type.nack();
        if (nack != null) {
          out.name("nack").value(nack);
        }
        out.endObject();
      }
      out.endObject();
    }
    return Page.json(out.endArray().toString());
  }

  /** All resources that one proxy is to hold: {@code ?proxyID=}, a node id or a part of it. */
  public Page configDump(Map<String, String> query) {
    String wanted = query.getOrDefault("proxyID", "");
    for (Session<?, ?> session : connected()) {
      ResourceSnapshot resources = session.status().resources();
      if (!wanted.isEmpty() && name(session).contains(wanted) && resources != null) {
        return Page.json(dump(resources));
      }
    }
    StringBuilder names = new StringBuilder("name a proxy, by ?proxyID=ID or a part of it:\n");
    connected().forEach(s -> names.append("  ").append(name(s)).append('\n'));
    return Page.notFound(names.toString());
  }

  private static ByteString withoutKey(ByteString body) {
    try {
      Secret.Builder secret = Secret.parseFrom(body).toBuilder();
      if (secret.hasTlsCertificate()) {
        secret.setTlsCertificate(
            secret.getTlsCertificate().toBuilder()
                .setPrivateKey(DataSource.newBuilder().setInlineString("[redacted]")));
      }
      return secret.build().toByteString();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e); // it was made here
    }
  }

  private static String dump(ResourceSnapshot resources) {
    JsonWriter out = new JsonWriter(true).beginObject();
    for (ResourceType type : ResourceType.values()) {
      Map<String, VersionedResource> all = resources.all(type);
      if (all.isEmpty()) {
        continue;
      }
      out.name(type.name()).beginArray();
      for (VersionedResource resource : all.values()) {
        out.beginObject().name("name").value(resource.name());
        out.name("version").value(resource.version()).name("resource");
        ByteString body = resource.body().getValue();
        ProtoJson.write(
            type.messageName(),
            (type == ResourceType.SDS ? withoutKey(body) : body).toByteArray(),
            out);
        out.endObject();
      }
      out.endArray();
    }
    return out.endObject().toString();
  }
}
