package io.outrigger.e2e.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.cli.authz.AskedRequest;
import io.outrigger.cli.authz.Decision;
import io.outrigger.cli.authz.Evaluator;
import io.outrigger.cli.explain.Workload;
import io.outrigger.config.metadata.JsonStruct;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.validate.ResourceFiles;
import io.outrigger.control.world.World;
import io.outrigger.control.world.WorldBuilder;
import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import io.outrigger.testkit.TestCa;
import io.outrigger.testkit.TestTokens;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the offline evaluator says of policies, a proxy's process with the filters that the control
 * plane makes of them does, over mutual TLS: sets of policies times requests drawn by a fixed seed.
 */
class TruthTableTest {
  private static final int REQUESTS = 40;
  private static final String MESH =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: stock, namespace: shop}
      spec: {selector: {app: stock}, ports: [{name: http, port: 80, targetPort: 8080}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: stock, namespace: shop}
      spec: {address: 127.0.0.1, labels: {app: stock}, serviceAccount: stock}
      """;
  private static final List<String> PRINCIPALS =
      List.of(
          "spiffe://cluster.local/ns/shop/sa/front",
          "spiffe://cluster.local/ns/shop/sa/admin",
          "spiffe://cluster.local/ns/other/sa/back",
          "spiffe://cluster.local/ns/evil/sa/front",
          "spiffe://old.domain/ns/shop/sa/front",
          "");
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
  private static final List<String> PATHS =
      List.of(
          "/",
          "/open",
          "/open?q=/admin",
          "/opened",
          "/stock/1",
          "/stock/",
          "/stock/1/2",
          "/stock/secret",
          "/stock//1",
          "/stock/../admin/x",
          "/stock/%2e%2E/admin/x",
          "/stock/./1",
          "/stock/1/..",
          "/stock/%2fadmin",
          "/admin",
          "/admin/",
          "/admin/a/b",
          "/Admin");
  private static final List<String> HOSTS =
      List.of("api.example.com", "API.Example.com", "web.shop", "api.example.com:8080");
  private static final List<String> TIERS = List.of("", "gold", "golden", "silver", "bronze");
  private static final List<String> FORWARDED =
      List.of("", "10.0.0.1", "10.0.0.1, 192.168.7.7", "192.168.7.7,1.2.3.4", "nobody");
  private static final List<String> ADDRESSES = List.of("127.0.0.1", "127.0.0.2", "127.9.9.9");
  private static final List<String> CLAIMS =
      List.of(
          "",
          "{\"iss\":\"https://users/\",\"sub\":\"alice\",\"scope\":\"write read\",\"aud\":\"stock\",\"exp\":4000000000}",
          "{\"iss\":\"https://users/\",\"sub\":\"bob\",\"scope\":\"write\",\"aud\":[\"x\",\"stock\"],\"exp\":4000000000}",
          "{\"iss\":\"https://users/\",\"sub\":\"alice\",\"aud\":\"stocks\",\"exp\":4000000000}",
          "{\"iss\":\"https://users/\",\"sub\":\"alice\",\"exp\":1000000000}",
          "{\"iss\":\"https://else/\",\"sub\":\"alice\",\"exp\":4000000000}");

  @TempDir private Path directory;
  private final TestCa ca = new TestCa("mesh");
  private final Map<String, SSLContext> contexts = new HashMap<>();

  @Test
  void evaluatorAndProxyAgree() throws Exception {
    List<String> sets = PolicySets.all();
    List<Integer> ports = FreePorts.find(sets.size());
    GuardedProxy guarded = new GuardedProxy(ca, directory);
    List<World> worlds = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      int port = ports.get(i);
      Path file = directory.resolve("set" + i + ".yaml");
      Files.writeString(file, MESH + sets.get(i).replace("PORT", Integer.toString(port)));
      ResourceFiles read = ResourceFiles.read(List.of(file));
      assertThat(read.problems()).isEmpty();
      World world = WorldBuilder.build(1, MeshConfig.DEFAULT, read.resources().values());
      worlds.add(world);
      guarded.add(world, port);
    }
    Path bootstrap = Files.writeString(directory.resolve("bootstrap.yaml"), guarded.json());
    Path log = directory.resolve("proxy.log");
    try (Program proxy =
        Program.start(
            "proxy",
            List.of(
                Installed.outrigger(),
                "proxy",
                "-c",
                bootstrap.toString(),
                "--concurrency",
                "1",
                "--disable-hot-restart"),
            Map.of("OUTRIGGER_BUILD", "never"),
            log)) {
      Await.until(
          "the proxy listens",
          Duration.ofSeconds(30),
          () -> {
            assertThat(proxy.alive()).as(proxy.output()).isTrue();
            for (int port : ports) {
              new RawClient(port).close();
            }
            return true;
          });
      int[] counts = new int[2];
      List<String> differences = new ArrayList<>();
      Random random = new Random(26);
      for (int i = 0; i < sets.size(); i++) {
        Workload workload = new Workload("shop", "stock", Map.of("app", "stock"));
        Evaluator evaluator =
            new Evaluator(worlds.get(i), workload, System.currentTimeMillis() / 1000);
        for (String principal : PRINCIPALS) {
          String address = one(random, ADDRESSES);
          try (RawClient client = connect(principal, address, ports.get(i))) {
            for (int n = 0; n < REQUESTS / PRINCIPALS.size() + 1; n++) {
              String claims = one(random, CLAIMS);
              AskedRequest request = draw(random, principal, address, ports.get(i), claims);
              Decision decision = evaluator.decide(request);
              String status = send(client, request, claims);
              boolean allowed = status.equals("200");
              counts[allowed ? 1 : 0]++;
              if (!List.of("200", "403", "401").contains(status)
                  || allowed != (decision.outcome() == Decision.Outcome.ALLOWED)) {
                differences.add("set " + i + ": " + status + " for " + request + "\n  " + decision);
              }
            }
          }
        }
      }
      assertThat(differences).isEmpty();
      assertThat(counts[0] + counts[1]).isGreaterThanOrEqualTo(500);
      assertThat(counts[0]).as("denied").isGreaterThan(200);
      assertThat(counts[1]).as("allowed").isGreaterThan(200);
    }
  }

  private static AskedRequest draw(
      Random random, String principal, String address, int port, String claims) {
    Map<String, List<String>> headers = new HashMap<>();
    headers.put("host", List.of(one(random, HOSTS)));
    String tier = one(random, TIERS);
    if (!tier.isEmpty()) {
      headers.put("x-tier", List.of(tier));
    }
    String forwarded = one(random, FORWARDED);
    if (!forwarded.isEmpty()) {
      headers.put("x-forwarded-for", List.of(forwarded));
    }
    return new AskedRequest(
        principal,
        address,
        "127.0.0.1",
        port,
        "",
        one(random, METHODS),
        one(random, PATHS),
        headers,
        claims.isEmpty() ? null : JsonStruct.parse(claims));
  }

  private static String one(Random random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static String send(RawClient client, AskedRequest request, String claims)
      throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
    request
        .headers()
        .forEach((name, values) -> text.append(name + ": " + values.getFirst() + "\r\n"));
    if (!claims.isEmpty()) {
      text.append("authorization: Bearer ")
          .append(TestTokens.token("rsa", "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", claims))
          .append("\r\n");
    }
    client.send(text.append("content-length: 0\r\n\r\n").toString());
    String answer = client.response(false);
    return answer.length() < 12 ? "nothing" : answer.substring(9, 12);
  }

  private RawClient connect(String principal, String address, int port) throws Exception {
    SSLContext context = contexts.get(principal);
    if (context == null) {
      context = context(principal);
      contexts.put(principal, context);
    }
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    socket.bind(new InetSocketAddress(address, 0));
    assertThat(Files.readString(directory.resolve("proxy.log"))).doesNotContain("[error]");
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    return new RawClient(socket);
  }

  private SSLContext context(String principal) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", ca.certificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    if (!principal.isEmpty()) {
      TestCa.Leaf leaf = ca.leaf("URI:" + principal);
      store.setKeyEntry(
          "leaf",
          leaf.key(),
          new char[0],
          new java.security.cert.Certificate[] {leaf.certificate(), ca.certificate()});
    }
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
