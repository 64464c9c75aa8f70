package io.outrigger.control;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.control.apiserver.ApiServer;
import io.outrigger.control.ca.AuthorityFolder;
import io.outrigger.control.ca.AuthorityInForce;
import io.outrigger.control.ca.AuthorityStore;
import io.outrigger.control.ca.CertificateService;
import io.outrigger.control.ca.EitherIssuer;
import io.outrigger.control.ca.ServerIdentity;
import io.outrigger.control.consul.ConsulAddress;
import io.outrigger.control.consul.ConsulSource;
import io.outrigger.control.debug.DebugServer;
import io.outrigger.control.debug.ProxyPages;
import io.outrigger.control.debug.SourcesPage;
import io.outrigger.control.debug.WorldPages;
import io.outrigger.control.gatewayapi.Deployed;
import io.outrigger.control.grpc.DiscoveryService;
import io.outrigger.control.grpc.GrpcPorts;
import io.outrigger.control.inject.InjectionSettingsReader;
import io.outrigger.control.keys.KeyRefresh;
import io.outrigger.control.publish.GatewayController;
import io.outrigger.control.push.PushMetrics;
import io.outrigger.control.push.RefusedException;
import io.outrigger.control.push.Sessions;
import io.outrigger.control.source.FileSource;
import io.outrigger.control.source.Ingest;
import io.outrigger.control.translate.NodeType;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.ProxyNodes;
import io.outrigger.control.translate.Translator;
import io.outrigger.control.webhook.Webhooks;
import io.outrigger.control.world.WorldBuilder;
import io.outrigger.control.world.Worlds;
import io.outrigger.identity.ServiceTokens;
import io.outrigger.identity.SpiffeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A running control plane: everything wired by hand, from files to streams, top to bottom. */
public final class Control implements AutoCloseable {
  /** As istiod's. */
  private static final Duration KEY_INTERVAL = Duration.ofMinutes(20);

  private static final Duration KEY_PAUSE = Duration.ofSeconds(1);

  private final @Nullable FileSource files;
  private final @Nullable ApiServer cluster;
  private final @Nullable ConsulSource consul;
  private final @Nullable GatewayController gateways;
  private final GrpcPorts ports;
  private final DebugServer debug;
  private final AuthorityStore store;
  private final KeyRefresh keys;
  private final @Nullable Webhooks webhooks;

  private Control(
      @Nullable FileSource files,
      @Nullable ApiServer cluster,
      @Nullable ConsulSource consul,
      @Nullable GatewayController gateways,
      GrpcPorts ports,
      DebugServer debug,
      AuthorityStore store,
      KeyRefresh keys,
      @Nullable Webhooks webhooks) {
    this.files = files;
    this.cluster = cluster;
    this.consul = consul;
    this.gateways = gateways;
    this.ports = ports;
    this.debug = debug;
    this.store = store;
    this.keys = keys;
    this.webhooks = webhooks;
  }

  static Control start(ControlOptions options, News news) throws IOException, InterruptedException {
    InstantSource clock = InstantSource.system();
    ServiceTokens tokens = ServiceTokens.open(options.stateDir, clock);

    Worlds worlds = new Worlds(WorldBuilder.build(0, options.meshDefaults(), List.of()));
    PushMetrics pushMetrics = new PushMetrics();
    Translator translator = new Translator();
    Sessions sessions = new Sessions(worlds, translator::translate, Control::admit, pushMetrics);
    worlds.onApplied(news::applied);
    sessions.onSynced(news::synced);

    Ingest ingest = new Ingest(worlds, options.meshDefaults());
    KeyRefresh keys = new KeyRefresh(KEY_INTERVAL, KEY_PAUSE, ingest::fetched);
    worlds.onApplied(applied -> keys.want(applied.world().requestAuthentications().sources()));
    // before the files, so that their routes find the services that they lead to
    ConsulAddress agent = options.consul();
    ConsulSource consul = agent == null ? null : new ConsulSource(agent, ingest);
    if (consul != null) {
      consul.start();
    }
    FileSource files = null;
    if (!options.config.isEmpty()) {
      files = new FileSource(options.config, ingest);
      files.start();
    }
    ApiServer cluster = null;
    if (options.watchesCluster()) {
      cluster = ApiServer.open(options.kubeconfig, ingest);
    }
    AuthorityStore store = store(options, cluster);
    AuthorityInForce authority = new AuthorityInForce(store, options.trustDomain, clock);
    if (cluster != null) {
      cluster.start(authority.get().rootPem());
    }
    GatewayController gateways = gateways(options, cluster, worlds, sessions);

    CertificateService certificates =
        new CertificateService(
            authority, cluster == null ? tokens : new EitherIssuer(tokens, cluster.tokens()));
    SpiffeId self = new SpiffeId(options.trustDomain, "istio-system", "outrigger-control");
    ServerIdentity identity = new ServerIdentity(authority, self, serverNames(options), clock);
    GrpcPorts ports =
        GrpcPorts.open(
            new InetSocketAddress(options.bind, options.port),
            options.plaintextPort,
            identity,
            () -> authority.get().roots(),
            List.of(new DiscoveryService(sessions, true).definition(), certificates.definition()),
            List.of(new DiscoveryService(sessions, false).definition()));

    DebugServer debug =
        new DebugServer(new InetSocketAddress(options.monitoringBind, options.monitoringPort));
    WorldPages world = new WorldPages(worlds);
    ApiServer watched = cluster;
    ProxyPages proxies = new ProxyPages(sessions);
    debug.open("/ready", "200 once configuration was read", q -> DebugServer.Page.text("ready\n"));
    debug.open(
        "/metrics",
        "Prometheus",
        q -> {
          StringBuilder out = new StringBuilder();
          pushMetrics.print(out);
          certificates.print(out);
          authority.print(out);
          if (watched != null) {
            watched.print(out);
          }
          if (consul != null) {
            consul.print(out);
          }
          return DebugServer.Page.text(out.toString());
        });
    debug.page("/debug/syncz", "each proxy: does it hold what is in force", proxies::syncz);
    debug.page("/debug/config_dump", "what a proxy is sent: ?proxyID=", proxies::configDump);
    if (watched != null || consul != null) {
      debug.page(
          "/debug/sources",
          "what is watched of a cluster or Consul, and what goes wrong with it",
          q -> {
            StringBuilder out = new StringBuilder();
            if (watched != null) {
              SourcesPage.print(out, watched.address(), watched.state());
            }
            if (consul != null) {
              SourcesPage.print(out, consul.address(), consul.state());
            }
            return DebugServer.Page.text(out.toString());
          });
    }
    debug.page("/debug/registryz", "services", world::registryz);
    debug.page("/debug/endpointz", "endpoints of every service", world::endpointz);
    debug.page("/debug/configz", "resources in force, and their files", world::configz);
    debug.start();
    Webhooks webhooks =
        options.injection == null
            ? null
            : Webhooks.start(
                new InetSocketAddress(options.bind, options.webhookPort),
                identity,
                options.injection,
                cluster,
                authority.get().rootPem(),
                () -> worlds.current().mesh());
    authority.onChanged(
        now -> {
          if (watched != null) {
            watched.trust(now.rootPem());
          }
          if (webhooks != null) {
            webhooks.trust(now.rootPem());
          }
        });
    store.watch(authority);
    return new Control(files, cluster, consul, gateways, ports, debug, store, keys, webhooks);
  }

  private static AuthorityStore store(ControlOptions options, @Nullable ApiServer cluster)
      throws IOException {
    String secret = options.authoritySecret();
    if (secret == null) {
      return new AuthorityFolder(options.stateDir);
    }
    if (cluster == null) {
      throw new IOException("--ca-secret " + secret + " needs --kubernetes or --kubeconfig");
    }
    return cluster.authority(secret);
  }

  private static @Nullable GatewayController gateways(
      ControlOptions options, @Nullable ApiServer cluster, Worlds worlds, Sessions sessions)
      throws IOException {
    if (cluster == null) {
      return null;
    }
    String namespace = options.systemNamespace();
    GatewayController gateways =
        cluster.gateways(
            namespace,
            options.gateways.settings(
                namespace,
                options.trustDomain,
                options.injection == null ? null : InjectionSettingsReader.read(options.injection)),
            worlds::current,
            (of, label) ->
                sessions.newest(
                    node ->
                        node.type() == NodeType.ROUTER
                            && node.namespace().equals(of)
                            && label.equals(node.labels().get(Deployed.LABEL))));
    worlds.onApplied(applied -> gateways.changed());
    sessions.onSynced(synced -> gateways.changed());
    gateways.start();
    return gateways;
  }

  private static List<String> serverNames(ControlOptions options) {
    Set<String> names = new LinkedHashSet<>(options.serverNames);
    names.addAll(List.of("localhost", "istiod.istio-system.svc", "127.0.0.1", "::1", options.bind));
    names.remove("0.0.0.0"); // every address, and no name of any
    return List.copyOf(names);
  }

  /** A proxy may say which workload it is, but only within the namespace of its certificate. */
  private static ProxyNode admit(Node node, @Nullable String identity) throws RefusedException {
    ProxyNode proxy;
    try {
      proxy = ProxyNodes.of(node, identity != null);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(String.valueOf(e.getMessage()));
    }
    if (identity == null) {
      return proxy;
    }
    SpiffeId id;
    try {
      id = SpiffeId.parse(identity);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(String.valueOf(e.getMessage()));
    }
    if (!id.namespace().equals(proxy.namespace())) {
      throw new RefusedException(
          "node "
              + proxy.id()
              + " says namespace "
              + proxy.namespace()
              + ", its certificate "
              + id);
    }
    String account = proxy.serviceAccount();
    if (account != null && !account.equals(id.serviceAccount())) {
      throw new RefusedException(
          "node " + proxy.id() + " says service account " + account + ", its certificate " + id);
    }
    return proxy;
  }

  /** Where the API server is; null: no cluster is watched. */
  @Nullable String cluster() {
    return cluster == null ? null : cluster.address();
  }

  /** Where Consul's agent is; null: none is watched. */
  @Nullable String consul() {
    return consul == null ? null : consul.address();
  }

  GrpcPorts ports() {
    return ports;
  }

  /** The port of the webhooks; 0: there are none. */
  int webhookPort() {
    return webhooks == null ? 0 : webhooks.port();
  }

  DebugServer debug() {
    return debug;
  }

  /** Where the authority is kept. */
  String authority() {
    return store.toString();
  }

  @Override
  public void close() {
    store.close();
    if (gateways != null) {
      gateways.close();
    }
    if (files != null) {
      files.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    if (consul != null) {
      consul.close();
    }
    if (webhooks != null) {
      webhooks.close();
    }
    keys.close();
    ports.close();
    debug.close();
  }
}
