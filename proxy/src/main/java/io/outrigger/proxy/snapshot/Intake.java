package io.outrigger.proxy.snapshot;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.outrigger.api.schema.Validation;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problem;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.log.Log;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.VersionedResource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decodes and compiles resources of one type, and stores the good ones. */
final class Intake<M extends MessageLite, T> {
  private final ResourceType type;
  private final HeldResources<T> resources;
  private final Parser<M> parser;
  private final Function<M, Compiled<T>> compiler;

  private Intake(
      ResourceType type,
      HeldResources<T> resources,
      Parser<M> parser,
      Function<M, Compiled<T>> compiler) {
    this.type = type;
    this.resources = resources;
    this.parser = parser;
    this.compiler = compiler;
  }

  /** {@code extensionTypes}: of which types what ECDS delivers may be, by name. */
  static Intake<?, ?> of(
      ResourceType type,
      ConfigSource origin,
      ReceivedConfig received,
      ResourceCompilers compilers,
      Map<String, Set<String>> extensionTypes) {
    return switch (type) {
      case CDS -> new Intake<>(type, received.clusters(), Cluster.parser(), compilers::cluster);
      case EDS ->
          new Intake<>(
              type,
              received.endpoints().of(origin),
              ClusterLoadAssignment.parser(),
              compilers::endpoints);
      case LDS -> new Intake<>(type, received.listeners(), Listener.parser(), compilers::listener);
      case SRDS -> {
        HeldResources<ScopedRoute> scopes = received.scopes().of(origin);
        yield new Intake<>(
            type,
            scopes,
            ScopedRouteConfiguration.parser(),
            message -> withOwnKey(compilers.scope(message), scopes));
      }
      case RDS ->
          new Intake<>(
              type, received.routeTables(), RouteConfiguration.parser(), compilers::routeTable);
      case VHDS ->
          new Intake<>(
              type,
              received.virtualHosts().of(origin),
              VirtualHost.parser(),
              compilers::virtualHost);
      case SDS -> new Intake<>(type, received.secrets(), Secret.parser(), compilers::secret);
      case RTDS -> new Intake<>(type, received.runtimes(), Runtime.parser(), compilers::runtime);
      case ECDS ->
          new Intake<>(
              type,
              received.extensions(),
              TypedExtensionConfig.parser(),
              message ->
                  compilers.extension(
                      message, extensionTypes.getOrDefault(message.getName(), Set.of())));
    };
  }

  /** Two scopes of one key can't both be meant. */
  private static Compiled<ScopedRoute> withOwnKey(
      Compiled<ScopedRoute> compiled, HeldResources<ScopedRoute> scopes) {
    ScopedRoute scope = compiled.value();
    if (scope == null) {
      return compiled;
    }
    for (Held<ScopedRoute> other : scopes.all()) {
      if (other.value().key().equals(scope.key()) && !other.name().equals(scope.name())) {
        Problems problems = new Problems();
        problems.error(
            "key",
            "scope key conflict found, first scope is '"
                + other.name()
                + "', second scope is '"
                + scope.name()
                + "'");
        return Compiled.of(null, problems);
      }
    }
    return compiled;
  }

  HeldResources<T> resources() {
    return resources;
  }

  /** Takes one resource; what stands against it, or null if it is good or known already. */
  @Nullable String take(VersionedResource resource, boolean rejectUnknown, long now) {
    String name = resource.name();
    if (rejectUnknown) {
      List<String> unknown =
          Validation.unknownFields(type.messageName(), resource.body().getValue().toByteArray());
      if (!unknown.isEmpty()) {
        return refuse(resource, "has unknown fields: " + String.join("; ", unknown), now);
      }
    }
    M message;
    try {
      message = parser.parseFrom(resource.body().getValue());
    } catch (InvalidProtocolBufferException e) {
      return refuse(resource, "is not a " + type.messageName() + ": " + e.getMessage(), now);
    }
    if (resources.isHeld(name, message)) {
      resources.settle(name);
      return null; // the record stays the same object, so nobody has to look at it again
    }
    Held<T> held = resources.get(name);
    if (held != null && !held.dynamic()) {
      return null; // the bootstrap's own are not to be changed: Envoy skips such an update silently
    }
    Compiled<T> compiled = compiler.apply(message);
    for (Problem warning : compiled.warnings()) {
      Log.CONFIG.debug(type + " " + name + ": " + warning);
    }
    T value = compiled.value();
    if (value == null) {
      return refuse(resource, joined(compiled.errors()), now);
    }
    resources.put(new Held<>(name, value, message, resource.version(), true, now));
    return null;
  }

  private String refuse(VersionedResource resource, String reason, long now) {
    resources.refuse(new Refused(resource.name(), resource.version(), reason, now));
    return reason;
  }

  private static String joined(Iterable<Problem> problems) {
    StringBuilder out = new StringBuilder();
    for (Problem problem : problems) {
      out.append(out.isEmpty() ? "" : "; ").append(problem);
    }
    return out.toString();
  }
}
