package io.outrigger.control;

import io.outrigger.control.istio.MeshConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code outrigger control}. */
final class ControlOptions {
  @Option(
      names = "--config",
      arity = "1..*",
      paramLabel = "DIR",
      description = "folders or files of YAML to watch: Kubernetes and Istio resources")
  final List<Path> config = new ArrayList<>();

  @Option(
      names = "--kubernetes",
      description =
          "watch the resources of a Kubernetes cluster: the one that this runs in, else the one of"
              + " $KUBECONFIG; its API server also says whose the tokens of sidecars are")
  boolean kubernetes;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "as --kubernetes, with the cluster of this file's current context")
  @Nullable Path kubeconfig;

  @Option(
      names = "--state-dir",
      defaultValue = ".outrigger/control",
      paramLabel = "DIR",
      description =
          "where the certificate authority keeps its key, and root-cert.pem for clients to trust"
              + " (${DEFAULT-VALUE})")
  Path stateDir = Path.of("");

  @Option(
      names = "--port",
      defaultValue = "15012",
      description = "discovery and certificates, with TLS (${DEFAULT-VALUE})")
  int port;

  @Option(
      names = "--bind",
      defaultValue = "127.0.0.1",
      description = "address of that port (${DEFAULT-VALUE}); 0.0.0.0 for other machines")
  String bind = "";

  @Option(
      names = "--plaintext-port",
      defaultValue = "15010",
      description = "discovery in plain text, on loopback only (${DEFAULT-VALUE})")
  int plaintextPort;

  @Option(
      names = "--monitoring-port",
      defaultValue = "15014",
      description = "metrics and debug pages, on loopback only (${DEFAULT-VALUE})")
  int monitoringPort;

  @Option(
      names = "--server-name",
      paramLabel = "NAME",
      description =
          "further names or addresses that clients call this control plane by, for its certificate;"
              + " it holds localhost, istiod.istio-system.svc and the bound address already")
  final List<String> serverNames = new ArrayList<>();

  @Option(
      names = "--trust-domain",
      defaultValue = "cluster.local",
      description = "of the SPIFFE ids that are issued (${DEFAULT-VALUE})")
  String trustDomain = "";

  boolean watchesCluster() {
    return kubernetes || kubeconfig != null;
  }

  /** The mesh's settings where no MeshConfig resource gives them. */
  MeshConfig meshDefaults() {
    MeshConfig d = MeshConfig.DEFAULT;
    return new MeshConfig(
        trustDomain,
        d.rootNamespace(),
        d.domain(),
        d.enableAutoMtls(),
        d.outboundTrafficPolicy(),
        d.connectTimeout(),
        d.protocolDetectionTimeout(),
        d.h2Upgrade(),
        d.accessLogFile(),
        d.accessLogFormat(),
        d.accessLogEncoding(),
        d.defaultHttpRetryPolicy(),
        d.extensionProviders());
  }
}
