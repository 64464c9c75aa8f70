package io.outrigger.proxy.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.netty.channel.DefaultEventLoop;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.ConfigCompilers;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.Rejection;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.ResourceUpdate;
import io.outrigger.xds.VersionedResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Linking, warming and what is wanted, with the real compilers and without sockets. */
class ConfigurationTest {
  private final Worker main = new Worker(0, new DefaultEventLoop());
  private final StatStore stats = new StatStore(1);
  private final Configuration configuration =
      new Configuration(main, stats, new ConfigCompilers(), List.of());
  private final Map<ResourceType, Set<String>> wanted = new HashMap<>();
  private final CountDownLatch initialized = new CountDownLatch(1);

  ConfigurationTest() {
    configuration.add(
        new Configuration.Listener() {
          @Override
          public void onWanted(ResourceType type, Set<String> names) {
            wanted.put(type, names);
          }

          @Override
          public void onInitialized() {
            initialized.countDown();
          }
        });
  }

  @AfterEach
  void close() {
    main.loop().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private <T> T onMain(Callable<T> action) throws Exception {
    return main.loop().submit(action).get();
  }

  private void start(long timeoutMillis) throws Exception {
    ConfigSource ads = new ConfigSource.Ads(timeoutMillis);
    onMain(
        () -> {
          configuration.start(ads, ads, List.of());
          return null;
        });
  }

  /** Hands an update in, and waits for the linking that follows. */
  private List<Rejection> take(ResourceType type, List<String> removed, String... yamls)
      throws Exception {
    List<VersionedResource> resources = new ArrayList<>();
    for (String yaml : yamls) {
      resources.add(resource(type, yaml));
    }
    ResourceUpdate update = new ResourceUpdate(type, "1", "n", resources, removed, List.of(), 1);
    List<Rejection> rejections =
        onMain(() -> configuration.take(update, ConfigSource.aggregated()));
    onMain(() -> null);
    return rejections;
  }

  private List<Rejection> take(ResourceType type, String... yamls) throws Exception {
    return take(type, List.of(), yamls);
  }

  private static VersionedResource resource(ResourceType type, String yaml) throws Exception {
    List<SchemaProblem> problems = new ArrayList<>();
    Node node = Objects.requireNonNull(Yaml.parse("test", yaml));
    byte[] wire = ProtoYaml.toWire(type.messageName(), node, problems);
    Node name = ((Node.Mapping) node).get(type == ResourceType.EDS ? "cluster_name" : "name");
    return new VersionedResource(
        ((Node.Scalar) Objects.requireNonNull(name)).text(),
        "v" + yaml.hashCode(),
        Any.newBuilder().setTypeUrl(type.typeUrl()).setValue(ByteString.copyFrom(wire)).build());
  }

  private static String edsCluster(String name) {
    return "{name: %s, type: EDS, eds_cluster_config: {eds_config: {ads: {}}}}".formatted(name);
  }

  private static String endpoints(String cluster, int port) {
    return ("{cluster_name: %s, endpoints: [{lb_endpoints: [{endpoint: {address:"
            + " {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}")
        .formatted(cluster, port);
  }

  private static String routes(String name, String cluster) {
    return ("{name: %s, virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /},"
            + " route: {cluster: %s}}]}]}")
        .formatted(name, cluster);
  }

  private static String listener(String name, int port, String routeTable) {
    return """
    name: %s
    address: {socket_address: {address: 127.0.0.1, port_value: %d}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: p
          rds: {route_config_name: %s, config_source: {ads: {}}}
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
    """
        .formatted(name, port, routeTable);
  }

  @Test
  void everythingWarmsInOrderAndThenIsInForce() throws Exception {
    start(15_000);
    assertThat(take(ResourceType.CDS, edsCluster("a"))).isEmpty();
    assertThat(configuration.current().clusters()).isEmpty();
    assertThat(configuration.warmingClusters()).containsExactly("a");
    assertThat(wanted.get(ResourceType.EDS)).containsExactly("a");

    take(ResourceType.LDS, listener("l", 1, "r"));
    assertThat(wanted.get(ResourceType.RDS)).containsExactly("r");
    take(ResourceType.RDS, routes("r", "a"));
    assertThat(configuration.current().routeTables()).as("names a warming cluster").isEmpty();

    take(ResourceType.EDS, endpoints("a", 80));
    assertThat(initialized.await(5, TimeUnit.SECONDS)).isTrue();
    Snapshot now = configuration.current();
    assertThat(now.clusters()).containsOnlyKeys("a");
    assertThat(now.routeTables()).containsOnlyKeys("r");
    assertThat(now.listeners()).containsOnlyKeys("l");
    assertThat(Objects.requireNonNull(now.endpoints("a")).size()).isEqualTo(1);
    assertThat(stats.counter("cluster_manager.cluster_added").value()).isEqualTo(1);
  }

  @Test
  void aChangeOfEndpointsSharesAllElse() throws Exception {
    everythingWarmsInOrderAndThenIsInForce();
    Snapshot before = configuration.current();
    take(ResourceType.EDS, endpoints("a", 81));
    Snapshot now = configuration.current();
    assertThat(now.endpoints("a")).isNotSameAs(before.endpoints("a"));
    assertThat(now.clusters()).isSameAs(before.clusters());
    assertThat(now.listeners()).isSameAs(before.listeners());
    take(ResourceType.EDS, endpoints("a", 81));
    assertThat(configuration.current()).as("nothing new").isSameAs(now);
  }

  @Test
  void trafficStaysOnTheOldTableUntilItsClusterIsWarm() throws Exception {
    everythingWarmsInOrderAndThenIsInForce();
    RouteTable old = configuration.current().routeTable("r");
    take(ResourceType.CDS, edsCluster("b"));
    take(ResourceType.RDS, routes("r", "b"));
    assertThat(configuration.current().routeTable("r")).isSameAs(old);
    take(ResourceType.EDS, endpoints("b", 82));
    assertThat(configuration.current().routeTable("r")).isNotSameAs(old);
    assertThat(configuration.current().clusters()).containsOnlyKeys("a", "b");
  }

  @Test
  void aWrongResourceIsRefusedAloneAndTheLastGoodOneStays() throws Exception {
    everythingWarmsInOrderAndThenIsInForce();
    ClusterConfig good = configuration.current().cluster("a");
    List<Rejection> rejections =
        take(
            ResourceType.CDS,
            "{name: a, connect_timeout: -1s, type: EDS, eds_cluster_config: {eds_config: {ads:"
                + " {}}}}",
            edsCluster("c"));
    assertThat(rejections).hasSize(1);
    assertThat(rejections.getFirst().name()).isEqualTo("a");
    assertThat(rejections.getFirst().reason()).contains("connect_timeout");
    assertThat(configuration.current().cluster("a")).isSameAs(good);
    assertThat(wanted.get(ResourceType.EDS)).containsExactlyInAnyOrder("a", "c");
    assertThat(configuration.received().clusters().refused()).containsOnlyKeys("a");
    assertThat(stats.counter("cluster_manager.cds.update_rejected").value()).isEqualTo(1);
  }

  @Test
  void refusesUnknownFieldsWhereThatIsAsked() throws Exception {
    start(0);
    ByteString unknown =
        ByteString.copyFrom(new byte[] {(byte) 0xf8, (byte) 0xf0, 0x04, 1}); // field 9999
    VersionedResource cluster = resource(ResourceType.CDS, "{name: c, type: STATIC}");
    ByteString body = cluster.body().getValue().concat(unknown);
    VersionedResource newer =
        new VersionedResource(
            "c",
            "v2",
            Any.newBuilder().setTypeUrl(ResourceType.CDS.typeUrl()).setValue(body).build());
    ResourceUpdate update =
        new ResourceUpdate(ResourceType.CDS, "1", "n", List.of(newer), List.of(), List.of(), 1);
    assertThat(onMain(() -> configuration.take(update, ConfigSource.aggregated()))).isEmpty();
    onMain(
        () -> {
          configuration.rejectUnknownFields();
          return null;
        });
    assertThat(onMain(() -> configuration.take(update, ConfigSource.aggregated())))
        .containsExactly(new Rejection("c", "has unknown fields: unknown field 9999"));
  }

  @Test
  void removesClustersAndListeners() throws Exception {
    everythingWarmsInOrderAndThenIsInForce();
    take(ResourceType.LDS, List.of("l"));
    assertThat(configuration.current().listeners()).isEmpty();
    assertThat(wanted.get(ResourceType.RDS)).isEmpty();
    take(ResourceType.CDS, List.of("a"));
    assertThat(configuration.current().clusters()).isEmpty();
    assertThat(configuration.current().endpoints()).isEmpty();
    assertThat(wanted.get(ResourceType.EDS)).isEmpty();
  }

  @Test
  void whatDoesNotComeIsGivenUp() throws Exception {
    start(1);
    assertThat(initialized.await(5, TimeUnit.SECONDS)).isTrue();
    take(
        ResourceType.CDS,
        "{name: a, type: EDS, eds_cluster_config: {eds_config: {ads: {}, initial_fetch_timeout:"
            + " 0.001s}}}");
    while (onMain(() -> configuration.current().cluster("a")) == null) {
      Thread.onSpinWait();
    }
    assertThat(configuration.current().endpoints("a")).isNull();
    assertThat(stats.counter("cluster_manager.cds.init_fetch_timeout").value()).isEqualTo(1);
    assertThat(stats.counter("cluster.a.init_fetch_timeout").value()).isEqualTo(1);
  }

  @Test
  void whatIsRestoredServesBeforeTheControlPlaneAnswers() throws Exception {
    onMain(
        () -> {
          for (ResourceType type : ResourceType.values()) {
            List<VersionedResource> stored =
                switch (type) {
                  case CDS -> List.of(resource(type, edsCluster("a")));
                  case EDS -> List.of(resource(type, endpoints("a", 80)));
                  case LDS -> List.of(resource(type, listener("l", 1, "r")));
                  case RDS -> List.of(resource(type, routes("r", "a")));
                  default -> List.of();
                };
            if (!stored.isEmpty()) {
              assertThat(configuration.restore(type, stored)).hasSize(1);
            }
          }
          return null;
        });
    start(0);
    assertThat(initialized.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(configuration.current().listeners()).containsOnlyKeys("l");
  }
}
