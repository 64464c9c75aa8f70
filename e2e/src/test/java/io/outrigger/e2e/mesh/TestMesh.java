package io.outrigger.e2e.mesh;

import io.outrigger.e2e.Installed;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.ServiceTokens;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A control plane on files of a test, and what its proxies need to join. */
public final class TestMesh implements AutoCloseable {
  public static final String NAMESPACE = "shop";

  /** All of the namespace in mutual TLS. */
  static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: shop}
      spec: {mtls: {mode: STRICT}}
      """;

  private static final Map<String, String> ENVIRONMENT = Map.of("OUTRIGGER_BUILD", "never");

  private final Path directory;
  private final List<Program> programs = new ArrayList<>();

  public TestMesh(Path directory, String yaml) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("mesh"));
    Files.writeString(directory.resolve("mesh/mesh.yaml"), yaml);
  }

  /** A service of that name, with its one workload on loopback, to be followed by more YAML. */
  public static String service(String name, int inbound) {
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s, namespace: shop}
        spec: {selector: {app: %1$s}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: %1$s, namespace: shop}
        spec: {address: 127.0.0.1, ports: {http: %2$d}, labels: {app: %1$s}, serviceAccount: %1$s}
        ---
        """
        .formatted(name, inbound);
  }

  /** Asks a service for a page by name, through a forward proxy as HTTP_PROXY would have it. */
  static String ask(int proxyPort, String service) throws IOException {
    try (RawClient client = new RawClient(proxyPort)) {
      String host = service + ":9080";
      client.send("GET http://" + host + "/hello HTTP/1.1\r\nhost: " + host + "\r\n\r\n");
      return client.response(false);
    }
  }

  /** Waits; where it does not come, the failure shows what all processes printed. */
  public void await(String what, Await.Condition condition) {
    try {
      Await.until(what, Duration.ofSeconds(60), condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + logs(), e);
    }
  }

  Path state() {
    return directory.resolve("control");
  }

  CertificateAuthority authority() throws IOException {
    return CertificateAuthority.open(state(), "cluster.local", InstantSource.system());
  }

  /** Starts the control plane, perhaps in a namespace. */
  public Program control(
      List<String> prefix, String bind, int port, int plaintextPort, int pagesPort)
      throws IOException {
    return start(
        "control",
        prefix,
        List.of(
            Installed.outrigger(),
            "control",
            "--config",
            directory.resolve("mesh").toString(),
            "--state-dir",
            state().toString(),
            "--bind",
            bind,
            "--server-name",
            bind,
            "--port",
            Integer.toString(port),
            "--plaintext-port",
            Integer.toString(plaintextPort),
            "--monitoring-port",
            Integer.toString(pagesPort)));
  }

  /** Starts the control plane on loopback; returns when it is ready. */
  public Program readyControl(int port, int plaintextPort, int pagesPort) throws IOException {
    Program control = control(List.of(), "127.0.0.1", port, plaintextPort, pagesPort);
    await("the control plane is ready", () -> RawClient.get(pagesPort, "/ready").contains("ready"));
    return control;
  }

  /** Starts a sidecar for a service with that name and service account. */
  public Program sidecar(String service, String control, List<String> prefix, List<String> more)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("--label", "app=" + service));
    all.addAll(more);
    return proxy("sidecar", service, control, prefix, all);
  }

  /** Starts a gateway of that name and service account. */
  public Program gateway(String service, String control, List<String> more) throws IOException {
    return proxy("gateway", service, control, List.of(), more);
  }

  private Program proxy(
      String word, String service, String control, List<String> prefix, List<String> more)
      throws IOException {
    Path token = directory.resolve(service + ".token");
    ServiceTokens tokens = ServiceTokens.open(state(), InstantSource.system());
    Files.writeString(token, tokens.issue(NAMESPACE, service, Duration.ofHours(1)));
    List<String> command =
        new ArrayList<>(
            List.of(
                Installed.outrigger(),
                word,
                "--service",
                service,
                "--namespace",
                NAMESPACE,
                "--service-account",
                service,
                "--control",
                control,
                "--control-name",
                "localhost",
                "--ca-file",
                state().resolve("root-cert.pem").toString(),
                "--token-file",
                token.toString(),
                "--state-dir",
                directory.resolve(service).toString()));
    command.addAll(more);
    return start(service, prefix, command);
  }

  public Program start(String name, List<String> prefix, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    Program program =
        Program.start(
            name, all, ENVIRONMENT, directory.resolve(name + "-" + programs.size() + ".log"));
    programs.add(program);
    return program;
  }

  public Path directory() {
    return directory;
  }

  /** What all processes printed, for the message of a failure. */
  String logs() {
    StringBuilder out = new StringBuilder();
    for (Program program : programs) {
      try {
        String text = program.output();
        out.append("---- ").append(text.substring(Math.max(0, text.length() - 3000))).append('\n');
      } catch (IOException e) {
        out.append(e);
      }
    }
    return out.toString();
  }

  @Override
  public void close() {
    programs.reversed().forEach(Program::close);
  }
}
