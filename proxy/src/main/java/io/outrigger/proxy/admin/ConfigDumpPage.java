package io.outrigger.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.admin.v3.BootstrapConfigDump;
import io.envoyproxy.envoy.admin.v3.ClientResourceStatus;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.envoyproxy.envoy.admin.v3.EcdsConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.SecretsConfigDump;
import io.envoyproxy.envoy.admin.v3.UpdateFailureState;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.tls.Secret;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Held;
import io.outrigger.proxy.snapshot.HeldResources;
import io.outrigger.proxy.snapshot.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /config_dump}: all configuration, with its versions and what was refused of it. */
public final class ConfigDumpPage {
  private static final String PREFIX = "type.googleapis.com/";
  static final String DUMP = "envoy.admin.v3.";

  private final Bootstrap bootstrap;
  private final Configuration configuration;
  private final long startedMillis;

  public ConfigDumpPage(Bootstrap bootstrap, Configuration configuration, long startedMillis) {
    this.bootstrap = bootstrap;
    this.configuration = configuration;
    this.startedMillis = startedMillis;
  }

  public void register(AdminPages pages) {
    pages.get(
        "/config_dump",
        "dump current Envoy configs",
        List.of(
            "resource: The resource to dump",
            "name_regex: Dump only the currently loaded configurations whose names match the"
                + " specified regex",
            "include_eds: Dump currently loaded configuration including EDS"),
        this::show);
  }

  private AdminReply show(AdminRequest request) {
    Predicate<String> shows = name -> true;
    String regex = request.value("name_regex");
    if (regex != null) {
      try {
        Pattern pattern = Pattern.compile(regex);
        shows = name -> pattern.matcher(name).matches();
      } catch (PatternSyntaxException e) {
        return AdminReply.error(
            400,
            "INVALID_ARGUMENT: Error while parsing name_regex from "
                + regex
                + ": "
                + RegexError.text(e, regex));
      }
    }
    Map<String, MessageLite> sections = sections(shows, request.has("include_eds"));
    String resource = request.value("resource");
    if (resource != null) {
      return ConfigDumpElements.of(resource, sections(shows, true).values());
    }
    ConfigDump.Builder dump = ConfigDump.newBuilder();
    sections.forEach((type, section) -> dump.addConfigs(any(DUMP + type, section)));
    return AdminReply.json(
        ProtoJson.toJson("envoy.admin.v3.ConfigDump", dump.build().toByteArray()) + "\n");
  }

  private Map<String, MessageLite> sections(Predicate<String> shows, boolean endpoints) {
    Map<String, MessageLite> sections = new LinkedHashMap<>();
    sections.put(
        "BootstrapConfigDump",
        BootstrapConfigDump.newBuilder()
            .setBootstrap(bootstrap)
            .setLastUpdated(time(startedMillis))
            .build());
    sections.put("ClustersConfigDump", clusters(shows));
    sections.put("EcdsConfigDump", extensions(shows));
    if (endpoints) {
      sections.put("EndpointsConfigDump", endpoints(shows));
    }
    sections.put("ListenersConfigDump", listeners(shows));
    RouteDumps routes = new RouteDumps(configuration.received());
    sections.put("ScopedRoutesConfigDump", routes.scopes(shows));
    sections.put("RoutesConfigDump", routes.tables(shows));
    sections.put("SecretsConfigDump", secrets(shows));
    return sections;
  }

  // ---- sections ----

  private ClustersConfigDump clusters(Predicate<String> shows) {
    ClustersConfigDump.Builder dump = ClustersConfigDump.newBuilder();
    dump.setVersionInfo(configuration.received().clusters().version());
    Map<String, Refused> refused = configuration.received().clusters().refused();
    for (Held<ClusterConfig> held : configuration.received().clusters().all()) {
      if (!shows.test(held.name())) {
        continue;
      }
      Any cluster = any("envoy.config.cluster.v3.Cluster", held.proto());
      if (!held.dynamic()) {
        dump.addStaticClusters(
            ClustersConfigDump.StaticCluster.newBuilder()
                .setCluster(cluster)
                .setLastUpdated(time(held.updatedMillis())));
        continue;
      }
      boolean warming = configuration.warmingClusters().contains(held.name());
      ClustersConfigDump.DynamicCluster.Builder entry =
          ClustersConfigDump.DynamicCluster.newBuilder()
              .setVersionInfo(held.version())
              .setCluster(cluster)
              .setLastUpdated(time(held.updatedMillis()))
              .setClientStatus(ClientResourceStatus.ACKED);
      UpdateFailureState failure = failure(refused.get(held.name()));
      if (failure != null) {
        entry.setErrorState(failure).setClientStatus(ClientResourceStatus.NACKED);
      }
      if (warming) {
        dump.addDynamicWarmingClusters(entry);
      } else {
        dump.addDynamicActiveClusters(entry);
      }
    }
    for (Refused failure : refused.values()) {
      if (configuration.received().clusters().get(failure.name()) == null
          && shows.test(failure.name())) {
        dump.addDynamicWarmingClusters(
            ClustersConfigDump.DynamicCluster.newBuilder()
                .setCluster(
                    any(
                        "envoy.config.cluster.v3.Cluster",
                        Cluster.newBuilder().setName(failure.name()).build()))
                .setErrorState(failure(failure))
                .setClientStatus(ClientResourceStatus.NACKED));
      }
    }
    return dump.build();
  }

  private EndpointsConfigDump endpoints(Predicate<String> shows) {
    EndpointsConfigDump.Builder dump = EndpointsConfigDump.newBuilder();
    for (Held<ClusterConfig> held : configuration.received().clusters().all()) {
      ClusterEndpoints endpoints = held.value().endpoints();
      if (endpoints != null && shows.test(held.name())) {
        dump.addStaticEndpointConfigs(
            EndpointsConfigDump.StaticEndpointConfig.newBuilder()
                .setEndpointConfig(
                    any("envoy.config.endpoint.v3.ClusterLoadAssignment", endpoints.proto())));
      }
    }
    for (HeldResources<ClusterEndpoints> source : configuration.received().endpoints().all()) {
      for (Held<ClusterEndpoints> held : source.all()) {
        if (shows.test(held.name())) {
          dump.addDynamicEndpointConfigs(
              EndpointsConfigDump.DynamicEndpointConfig.newBuilder()
                  .setVersionInfo(held.version())
                  .setEndpointConfig(
                      any("envoy.config.endpoint.v3.ClusterLoadAssignment", held.proto()))
                  .setLastUpdated(time(held.updatedMillis())));
        }
      }
    }
    return dump.build();
  }

  private ListenersConfigDump listeners(Predicate<String> shows) {
    ListenersConfigDump.Builder dump = ListenersConfigDump.newBuilder();
    dump.setVersionInfo(configuration.received().listeners().version());
    Map<String, Refused> refused = configuration.received().listeners().refused();
    for (Held<ListenerConfig> held : configuration.received().listeners().all()) {
      if (!shows.test(held.name())) {
        continue;
      }
      Any listener = any("envoy.config.listener.v3.Listener", held.proto());
      if (!held.dynamic()) {
        dump.addStaticListeners(
            ListenersConfigDump.StaticListener.newBuilder()
                .setListener(listener)
                .setLastUpdated(time(held.updatedMillis())));
        continue;
      }
      ListenersConfigDump.DynamicListenerState state =
          ListenersConfigDump.DynamicListenerState.newBuilder()
              .setVersionInfo(held.version())
              .setListener(listener)
              .setLastUpdated(time(held.updatedMillis()))
              .build();
      ListenersConfigDump.DynamicListener.Builder entry =
          ListenersConfigDump.DynamicListener.newBuilder()
              .setName(held.name())
              .setClientStatus(ClientResourceStatus.ACKED);
      if (configuration.warmingListeners().contains(held.name())) {
        entry.setWarmingState(state);
      } else {
        entry.setActiveState(state);
      }
      UpdateFailureState failure = failure(refused.get(held.name()));
      if (failure != null) {
        entry.setErrorState(failure).setClientStatus(ClientResourceStatus.NACKED);
      }
      dump.addDynamicListeners(entry);
    }
    for (Refused failure : refused.values()) {
      if (configuration.received().listeners().get(failure.name()) == null
          && shows.test(failure.name())) {
        dump.addDynamicListeners(
            ListenersConfigDump.DynamicListener.newBuilder()
                .setName(failure.name())
                .setErrorState(failure(failure))
                .setClientStatus(ClientResourceStatus.NACKED));
      }
    }
    return dump.build();
  }

  private EcdsConfigDump extensions(Predicate<String> shows) {
    EcdsConfigDump.Builder dump = EcdsConfigDump.newBuilder();
    for (Held<ExtensionConfig> held : configuration.received().extensions().all()) {
      if (shows.test(held.name())) {
        dump.addEcdsFilters(
            EcdsConfigDump.EcdsFilterConfig.newBuilder()
                .setVersionInfo(held.version())
                .setEcdsFilter(any("envoy.config.core.v3.TypedExtensionConfig", held.proto()))
                .setLastUpdated(time(held.updatedMillis())));
      }
    }
    return dump.build();
  }

  private SecretsConfigDump secrets(Predicate<String> shows) {
    SecretsConfigDump.Builder dump = SecretsConfigDump.newBuilder();
    for (Held<Secret> held : configuration.received().secrets().all()) {
      if (!shows.test(held.name())) {
        continue;
      }
      Any secret =
          any(
              "envoy.extensions.transport_sockets.tls.v3.Secret",
              io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.newBuilder()
                  .setName(held.name())
                  .build());
      if (held.proto()
          instanceof io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret proto) {
        secret = any("envoy.extensions.transport_sockets.tls.v3.Secret", proto);
      }
      if (held.dynamic()) {
        dump.addDynamicActiveSecrets(
            SecretsConfigDump.DynamicSecret.newBuilder()
                .setName(held.name())
                .setVersionInfo(held.version())
                .setLastUpdated(time(held.updatedMillis()))
                .setSecret(secret));
      } else {
        dump.addStaticSecrets(
            SecretsConfigDump.StaticSecret.newBuilder()
                .setName(held.name())
                .setLastUpdated(time(held.updatedMillis()))
                .setSecret(secret));
      }
    }
    return dump.build();
  }

  // ---- parts ----

  static @Nullable UpdateFailureState failure(@Nullable Refused refused) {
    return refused == null
        ? null
        : UpdateFailureState.newBuilder()
            .setDetails(refused.reason())
            .setVersionInfo(refused.version())
            .setLastUpdateAttempt(time(refused.atMillis()))
            .build();
  }

  static Any any(String type, MessageLite message) {
    return Any.newBuilder().setTypeUrl(PREFIX + type).setValue(message.toByteString()).build();
  }

  static Timestamp time(long millis) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(millis, 1000L))
        .setNanos((int) Math.floorMod(millis, 1000L) * 1_000_000)
        .build();
  }
}
