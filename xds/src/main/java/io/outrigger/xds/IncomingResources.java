package io.outrigger.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sorts a response's resources into those to compile and those that can't be what they claim. */
final class IncomingResources {
  private static final String WRAPPED = "type.googleapis.com/envoy.service.discovery.v3.Resource";

  private final ResourceType type;
  private final Subscription subscription;
  private final Set<String> seen = new HashSet<>();
  final List<VersionedResource> good = new ArrayList<>();
  final List<Rejection> refused = new ArrayList<>();

  /** How long resources stay, by name, and those held already whose heartbeat came. */
  final Map<String, Duration> leases = new HashMap<>();

  /** Names and aliases of virtual hosts, there or not: what was asked for by them is answered. */
  final Set<String> mentioned = new HashSet<>();

  /** What the server says that it doesn't have. */
  final List<String> absent = new ArrayList<>();

  /** Whether a resource was refused of which not even the name is known. */
  boolean nameless;

  IncomingResources(Subscription subscription) {
    this.type = subscription.type;
    this.subscription = subscription;
  }

  /** A resource of the incremental protocol, which carries its name. */
  void add(Resource resource) {
    Any body = resource.getResource();
    if (!resource.hasResource()
        && resource.hasTtl()
        && resource.getVersion().equals(subscription.held.get(resource.getName()))) {
      lease(resource);
      return; // a heartbeat: it is as it was
    }
    if (type == ResourceType.VHDS) {
      mentioned.add(resource.getName());
      mentioned.addAll(resource.getAliasesList());
      if (!resource.hasResource()) {
        absent.add(resource.getName());
        return;
      }
    }
    if (resource.getName().isEmpty()) {
      nameless = true;
      refused.add(new Rejection("(no name)", "Resource.name: is empty"));
    } else if (!body.getTypeUrl().equals(type.typeUrl())) {
      refused.add(new Rejection(resource.getName(), wrongType(body)));
    } else {
      keep(new VersionedResource(resource.getName(), resource.getVersion(), body));
      if (resource.hasTtl()) {
        lease(resource);
      }
    }
  }

  private void lease(Resource resource) {
    leases.put(
        resource.getName(),
        Duration.ofSeconds(resource.getTtl().getSeconds(), resource.getTtl().getNanos()));
  }

  /** A resource of the state-of-the-world protocol, whose name is in its body. */
  void add(Any any, String version) throws InvalidProtocolBufferException {
    if (any.getTypeUrl().equals(WRAPPED)) {
      Resource wrapped = Resource.parseFrom(any.getValue());
      add(
          wrapped.getVersion().isEmpty()
              ? wrapped.toBuilder().setVersion(version).build()
              : wrapped);
    } else if (!any.getTypeUrl().equals(type.typeUrl())) {
      nameless = true;
      refused.add(new Rejection("(unknown)", wrongType(any)));
    } else {
      String name = nameOf(any.getValue());
      if (name.isEmpty()) {
        nameless = true;
        refused.add(new Rejection("(no name)", type.messageName() + ": has no name"));
      } else {
        keep(new VersionedResource(name, version, any));
      }
    }
  }

  private void keep(VersionedResource resource) {
    if (!subscription.wants(resource.name())) {
      return; // it was on its way when the client gave the name up
    }
    if (seen.add(resource.name())) {
      good.add(resource);
    } else {
      refused.add(
          new Rejection(resource.name(), "is twice in one response; the first one was taken"));
    }
  }

  private String wrongType(Any body) {
    return "is a " + body.getTypeUrl() + " in a response of " + type.typeUrl();
  }

  /** The name is field 1 in each of the types: Cluster.name, ClusterLoadAssignment.cluster_name… */
  private static String nameOf(ByteString body) {
    String name = "";
    try {
      CodedInputStream in = body.newCodedInput();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == (1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
          name = in.readStringRequireUtf8();
        } else if (!in.skipField(tag)) {
          break;
        }
      }
    } catch (IOException e) {
      return name; // a broken body is refused by its compiler, under this name
    }
    return name;
  }
}
