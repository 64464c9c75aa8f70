package io.outrigger.cli.join;

import io.outrigger.control.resource.Durations;
import io.outrigger.identity.IssuedChain;
import io.outrigger.identity.KeyFiles;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import io.outrigger.identity.ServiceTokens;
import io.outrigger.identity.SpiffeId;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives this machine its identity, and its sidecar's unit its flags. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    description = {
      "Joins this machine to a mesh: proves by a one-time token who its application is, keeps the",
      "certificate that it gets, and writes the flags of outrigger-sidecar.service. The sidecar renews",
      "the certificate with itself, so the token is needed once. `outrigger token --join` on the",
      "control plane's machine prints the whole command."
    })
public final class JoinCommand implements Callable<Integer> {
  @Option(names = "--control", required = true, paramLabel = "HOST:PORT")
  private String control = "";

  @Option(
      names = "--control-name",
      paramLabel = "NAME",
      description = "what the control plane's certificate is for, if not HOST")
  private @Nullable String controlName;

  @Option(names = "--ca-fingerprint", required = true, paramLabel = "sha256:DIGITS")
  private String fingerprint = "";

  @Option(names = "--token", required = true, paramLabel = "TOKEN")
  private String token = "";

  @Option(names = "--service", required = true, paramLabel = "NAME")
  private String service = "";

  @Option(names = "--app-port", required = true, paramLabel = "PORT")
  private int appPort;

  @Option(names = "--inbound-port", defaultValue = "15006", paramLabel = "PORT")
  private int inboundPort;

  @Option(
      names = "--address",
      paramLabel = "IP",
      description = "this machine's (that from which the control plane is reached)")
  private @Nullable String address;

  @Option(names = "--trust-domain", defaultValue = "cluster.local", paramLabel = "NAME")
  private String trustDomain = "";

  @Option(
      names = "--lifetime",
      defaultValue = "24h",
      paramLabel = "DURATION",
      description =
          "how long a certificate lives: so long this machine may be off (${DEFAULT-VALUE})")
  private String lifetime = "";

  @Option(names = "--state-dir", defaultValue = "/var/lib/outrigger/sidecar", paramLabel = "DIR")
  private Path stateDir = Path.of("");

  @Option(
      names = "--write",
      defaultValue = "/etc/outrigger/sidecar.env",
      paramLabel = "FILE",
      description = "where the sidecar's flags go (${DEFAULT-VALUE})")
  private Path file = Path.of("");

  @Parameters(
      arity = "0..*",
      paramLabel = "-- FLAG",
      description = "further flags of the sidecar, such as --http-proxy-port 15001")
  private final List<String> more = new ArrayList<>();

  @Override
  public Integer call() {
    int colon = control.lastIndexOf(':');
    if (colon < 1 || !control.substring(colon + 1).matches("[0-9]{1,5}")) {
      System.err.println("outrigger join: --control is \"" + control + "\"; HOST:PORT is allowed");
      return 2;
    }
    String host = control.substring(0, colon);
    int port = Integer.parseInt(control.substring(colon + 1));
    Duration life = Durations.parse(lifetime);
    if (life == null) {
      System.err.println(
          "outrigger join: --lifetime is \"" + lifetime + "\"; a duration such as 24h is allowed");
      return 2;
    }
    SpiffeId id;
    try {
      id = ServiceTokens.claimed(token, trustDomain);
    } catch (IllegalArgumentException e) {
      System.err.println("outrigger join: --token: " + e.getMessage());
      return 2;
    }
    try {
      join(host, port, id, life);
      return 0;
    } catch (IOException e) {
      System.err.println("outrigger join: control plane " + control + ": " + e.getMessage());
      return 1;
    }
  }

  private void join(String host, int port, SpiffeId id, Duration life) throws IOException {
    String name = controlName == null ? host : controlName;
    X509Certificate root = PinnedRoot.fetch(host, port, fingerprint);
    KeyPair keys = KeyPairs.ecP256();
    IssuedChain issued =
        IssuedChain.of(
            Pem.certificates(
                String.join(
                    "\n", CertificateCall.ask(host, port, name, root, token, keys, id, life))));
    X509Certificate leaf = issued.chain().getFirst();
    if (!id.equals(SpiffeId.of(leaf)) || !leaf.getPublicKey().equals(keys.getPublic())) {
      throw new IOException("it certified " + SpiffeId.of(leaf) + ", asked for was " + id);
    }
    String own = address == null ? reachedFrom(host, port) : address;
    KeyFiles.writePrivate(stateDir.resolve("key.pem"), Pem.privateKey(keys.getPrivate()));
    // what the control plane trusts, not only what it shows: a root may be about to follow another
    KeyFiles.writePublic(
        stateDir.resolve("root-cert.pem"),
        issued.roots().isEmpty() ? Pem.certificate(root) : Pem.certificates(issued.roots()));
    KeyFiles.writePublic(stateDir.resolve("cert-chain.pem"), Pem.certificates(issued.chain()));
    KeyFiles.writePublic(
        file, "SIDECAR_FLAGS=" + String.join(" ", flags(name, id, own, life)) + "\n");
    give(stateDir, List.of("", "key.pem", "root-cert.pem", "cert-chain.pem"));
    System.out.printf(
        """
        # %s until %s; its sidecar renews that
        # flags are in %s: systemctl enable --now outrigger-sidecar
        # callers find it by this, in a file that the control plane watches, beside a ServiceEntry whose
        # workloadSelector has its labels (neither is needed with --consul-register):
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: %s-%s, namespace: %s}
        spec:
          address: %s
          ports: {http: %d}
          serviceAccount: %s
          labels: {app: %s}
        """,
        id,
        leaf.getNotAfter().toInstant().truncatedTo(ChronoUnit.SECONDS),
        file,
        service,
        own.replace('.', '-').replace(':', '-'),
        id.namespace(),
        own,
        inboundPort,
        id.serviceAccount(),
        service);
  }

  private List<String> flags(String name, SpiffeId id, String own, Duration life) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--service",
                service,
                "--namespace",
                id.namespace(),
                "--service-account",
                id.serviceAccount(),
                "--trust-domain",
                trustDomain,
                "--label",
                "app=" + service,
                "--app-port",
                Integer.toString(appPort),
                "--inbound-port",
                Integer.toString(inboundPort),
                "--address",
                own,
                "--control",
                control,
                "--control-name",
                name,
                "--lifetime",
                life.toSeconds() + "s",
                "--ca-file",
                stateDir.resolve("root-cert.pem").toString(),
                "--state-dir",
                stateDir.toString()));
    flags.addAll(more);
    return flags;
  }

  /** Nothing is sent to find it. */
  private static String reachedFrom(String host, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(host), port));
      return socket.getLocalAddress().getHostAddress();
    }
  }

  /** What root has written belongs to whom the folder above does: the sidecar's user. */
  private static void give(Path directory, List<String> names) throws IOException {
    Path above = directory.toAbsolutePath().getParent();
    if (above != null && "root".equals(System.getProperty("user.name"))) {
      var owner = Files.getOwner(above);
      for (String name : names) {
        Files.setOwner(directory.resolve(name), owner);
      }
    }
  }
}
