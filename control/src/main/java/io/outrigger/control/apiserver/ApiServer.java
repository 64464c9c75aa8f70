package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.outrigger.control.outage.ClientLog;
import io.outrigger.control.outage.Probe;
import io.outrigger.control.outage.Reachability;
import io.outrigger.control.publish.GatewayController;
import io.outrigger.control.publish.GatewaySettings;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.source.Sink;
import io.outrigger.control.world.World;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cluster that the control plane serves: its resources, its tokens, its namespaces. */
public final class ApiServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("kubernetes");

  /** Of the client's intervals of reconnection the first; the longest is 32 times as long. */
  private static final int RECONNECT_MILLIS = 250;

  private final KubernetesClient client;
  private final KubernetesSource source;
  private final Reachability reachability;
  private final Probe probe;
  private final ClientLog log;
  private @Nullable RootConfigMaps roots;
  private final NativeSidecars nativeSidecars;

  private ApiServer(Config config, Sink sink) {
    this.client = new KubernetesClientBuilder().withConfig(config).build();
    URL server = client.getMasterUrl();
    int port = server.getPort() < 0 ? server.getDefaultPort() : server.getPort();
    this.reachability =
        new Reachability(server.getHost() + ":" + port, InstantSource.system(), LOG::log);
    this.source = new KubernetesSource(client, sink, reachability);
    this.probe = new Probe(config, reachability, source::seesAll);
    this.log = new ClientLog(reachability);
    this.nativeSidecars = new NativeSidecars(client, InstantSource.system());
  }

  /**
   * Opens a client; nothing is asked yet.
   *
   * @param kubeconfig null: the cluster that this runs in, else that of {@code $KUBECONFIG}
   * @throws IOException if the file can't be read
   */
  public static ApiServer open(@Nullable Path kubeconfig, Sink sink) throws IOException {
    Config found;
    if (kubeconfig == null) {
      found = Config.autoConfigure(null);
    } else if (!Files.isReadable(kubeconfig)) {
      throw new IOException("--kubeconfig " + kubeconfig + " can't be read");
    } else {
      found = Config.fromKubeconfig(new File(kubeconfig.toString()));
    }
    return new ApiServer(
        new ConfigBuilder(found)
            .withUserAgent("outrigger-control")
            .withWatchReconnectInterval(RECONNECT_MILLIS)
            .build(),
        sink);
  }

  /**
   * The authority that is kept in the cluster, for all control planes of a mesh.
   *
   * @param secret {@code NAMESPACE/NAME}
   * @throws IOException if that isn't one
   */
  public AuthoritySecret authority(String secret) throws IOException {
    return new AuthoritySecret(client, secret, reachability);
  }

  /**
   * Reads every resource once, however long the API server takes, then goes on to watch.
   *
   * @param root the mesh's root certificates, PEM, which each namespace gets
   */
  public void start(String root) throws InterruptedException {
    log.open();
    probe.start();
    source.start();
    RootConfigMaps maps = new RootConfigMaps(client, root, reachability);
    roots = maps;
    maps.start();
  }

  /**
   * Has each namespace get other roots.
   *
   * @param root PEM
   */
  public void trust(String root) {
    RootConfigMaps maps = roots;
    if (maps != null) {
      maps.trust(root);
    }
  }

  /**
   * What makes the proxies of Gateways and writes statuses; not started yet.
   *
   * @param namespace where control planes agree which of them does
   * @param settings null: no proxies are made
   */
  public GatewayController gateways(
      String namespace,
      @Nullable GatewaySettings settings,
      Supplier<World> world,
      GatewayController.Acknowledgements acknowledged) {
    return new GatewayController(
        client,
        reachability,
        namespace,
        System.getenv().getOrDefault("HOSTNAME", "outrigger") + "-" + ProcessHandle.current().pid(),
        () -> source.watches(Kind.GATEWAY_CLASS),
        settings,
        world,
        acknowledged);
  }

  public TokenReviews tokens() {
    return new TokenReviews(client);
  }

  /**
   * A namespace's labels as they are now: what a watch tells late would start pods without a
   * sidecar.
   */
  public Map<String, String> namespaceLabels(String namespace) {
    Namespace found = client.namespaces().withName(namespace).get();
    if (found == null) {
      throw new IllegalStateException("there is no namespace " + namespace);
    }
    Map<String, String> labels = found.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  /** Whether every node knows init containers that go on running. */
  public boolean hasNativeSidecars() {
    return nativeSidecars.everywhere();
  }

  /**
   * The keeper of a revision's webhook configurations.
   *
   * @param root what they must trust, PEM
   */
  public WebhookTrust webhookTrust(String root, String revision) {
    return new WebhookTrust(client, root, revision, reachability);
  }

  /** What is watched, and what goes wrong with it; empty for nothing. */
  public Map<String, String> state() {
    return source.state();
  }

  /** Where it is, as the client calls it. */
  public String address() {
    return client.getMasterUrl().toString();
  }

  /** Appends what it has to say in Prometheus' text form. */
  public void print(StringBuilder out) {
    reachability.print(out);
  }

  @Override
  public void close() {
    probe.close();
    source.close();
    RootConfigMaps maps = roots;
    if (maps != null) {
      maps.close();
    }
    client.close();
    log.close();
  }
}
