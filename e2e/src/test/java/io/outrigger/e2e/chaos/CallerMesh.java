package io.outrigger.e2e.chaos;

import io.outrigger.e2e.mesh.TestMesh;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A control plane, and a caller's sidecar that sends to services whose hosts are ports of this
 * machine, in plaintext, with the settings that a control plane sends where nothing is said.
 */
final class CallerMesh implements AutoCloseable {
  /** The upstreams have no certificates. */
  private static final String PLAINTEXT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: shop}
      spec: {mtls: {mode: DISABLE}}
      ---
      """;

  private final Map<String, List<Integer>> ports = new HashMap<>();
  private final TestMesh mesh;
  private final int proxy;
  private final int admin;
  private final int replicas;

  /**
   * @param services each with the protocol of its port, by its name in Istio
   * @param replicas how many hosts each has
   * @param policies more resources
   */
  CallerMesh(Path directory, Map<String, String> services, int replicas, String policies)
      throws IOException {
    List<Integer> free = FreePorts.find(7 + services.size() * replicas);
    proxy = free.get(0);
    admin = free.get(1);
    this.replicas = replicas;
    int control = free.get(2);
    int pages = free.get(3);
    int inbound = free.get(4);
    StringBuilder yaml = new StringBuilder(TestMesh.service("caller", inbound));
    int from = 7;
    for (Map.Entry<String, String> service : services.entrySet()) {
      List<Integer> own = free.subList(from, from + replicas);
      ports.put(service.getKey(), own);
      yaml.append(replicated(service.getKey(), service.getValue(), own));
      from += replicas;
    }
    mesh = new TestMesh(directory, yaml + PLAINTEXT + policies);
    mesh.readyControl(control, free.get(5), pages);
    mesh.sidecar(
        "caller",
        "127.0.0.1:" + control,
        List.of(),
        List.of(
            "--app-port", Integer.toString(free.get(6)),
            "--inbound-port", Integer.toString(inbound),
            "--http-proxy-port", Integer.toString(proxy),
            "--admin-port", Integer.toString(admin)));
    mesh.await("the sidecar is live", () -> RawClient.get(admin, "/ready").contains("LIVE"));
  }

  /** The ports of a service's hosts, on which nothing listens yet. */
  List<Integer> ports(String service) {
    List<Integer> found = ports.get(service);
    if (found == null) {
      throw new AssertionError("no service is called " + service);
    }
    return found;
  }

  /** The sidecar's forward proxy. */
  int proxy() {
    return proxy;
  }

  int admin() {
    return admin;
  }

  Path directory() {
    return mesh.directory();
  }

  /** Starts an upstream, which ends with this. */
  Program start(String name, List<String> command) throws IOException {
    return mesh.start(name, List.of(), command);
  }

  void await(String what, Await.Condition condition) {
    mesh.await(what, condition);
  }

  void awaitHosts(String service) {
    await(
        "the sidecar knows the hosts of " + service,
        () ->
            RawClient.get(admin, "/clusters")
                    .lines()
                    .filter(
                        line -> line.startsWith(cluster(service)) && line.contains("health_flags"))
                    .count()
                == replicas);
  }

  /** A counter or gauge of a service's cluster. */
  long statistic(String service, String name) throws IOException {
    String whole = "cluster." + cluster(service) + "." + name + ": ";
    return RawClient.get(admin, "/stats")
        .lines()
        .filter(line -> line.startsWith(whole))
        .map(line -> Long.parseLong(line.substring(whole.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no statistic " + whole));
  }

  static String cluster(String service) {
    return "outbound|9080||" + service + ".shop.svc.cluster.local";
  }

  private static String replicated(String service, String protocol, List<Integer> ports) {
    StringBuilder out =
        new StringBuilder(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: %1$s, namespace: shop}
            spec: {selector: {app: %1$s}, ports: [{name: %2$s, port: 9080}]}
            ---
            """
                .formatted(service, protocol));
    for (int port : ports) {
      out.append(
          """
          apiVersion: networking.istio.io/v1
          kind: WorkloadEntry
          metadata: {name: %1$s-%2$d, namespace: shop}
          spec: {address: 127.0.0.1, ports: {%3$s: %2$d}, labels: {app: %1$s}}
          ---
          """
              .formatted(service, port, protocol));
    }
    return out.toString();
  }

  @Override
  public void close() {
    mesh.close();
  }
}
