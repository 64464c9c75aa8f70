package io.outrigger.control;

import io.outrigger.control.consul.ConsulAddress;
import io.outrigger.control.istio.MeshConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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
      names = "--consul",
      paramLabel = "URL",
      description = "watch the services of the Consul agent there, such as http://127.0.0.1:8500")
  @Nullable String consul;

  @Option(
      names = "--consul-token-file",
      paramLabel = "FILE",
      description = "Consul's ACL token; the file may be written anew at any time")
  @Nullable Path consulTokenFile;

  @Option(
      names = "--consul-datacenter",
      paramLabel = "NAME",
      description = "another datacenter than the agent's own")
  @Nullable String consulDatacenter;

  @Option(
      names = "--consul-kv",
      paramLabel = "PREFIX",
      description = "read Istio resources, in YAML, from the keys under this one of Consul's store")
  @Nullable String consulKv;

  @Option(
      names = "--ca-secret",
      paramLabel = "NAMESPACE/NAME",
      description =
          "the Secret of that cluster where the certificate authority's key and roots are, which"
              + " all control planes of a mesh share and watch. Where it isn't there, cacerts beside"
              + " it, Istio's; where that isn't either, it is made. In a pod that watches its own"
              + " cluster: outrigger-ca in the pod's namespace; else the state directory")
  @Nullable String caSecret;

  @Option(
      names = "--state-dir",
      defaultValue = ".outrigger/control",
      paramLabel = "DIR",
      description =
          "where the certificate authority's files are, watched: ca-key.pem, root-cert.pem for"
              + " clients to trust, and for an intermediate ca-cert.pem and cert-chain.pem"
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
      description = "metrics and debug pages (${DEFAULT-VALUE})")
  int monitoringPort;

  @Option(
      names = "--monitoring-bind",
      defaultValue = "127.0.0.1",
      description =
          "address of that port (${DEFAULT-VALUE}); with 0.0.0.0 others see /ready and /metrics, and"
              + " no debug page")
  String monitoringBind = "";

  @Option(
      names = "--injection",
      paramLabel = "FILE",
      description =
          "settings of injection: serves the webhooks that put sidecars into pods and check"
              + " resources")
  @Nullable Path injection;

  @Option(
      names = "--webhook-port",
      defaultValue = "15017",
      description = "where the webhooks are served by HTTPS (${DEFAULT-VALUE})")
  int webhookPort;

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

  /** Where a pod finds its own namespace. */
  private static final Path NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  @Mixin final GatewayOptions gateways = new GatewayOptions();

  /** Where the control plane's own objects are. */
  String systemNamespace() throws IOException {
    if (gateways.systemNamespace != null) {
      return gateways.systemNamespace;
    }
    return Files.isReadable(NAMESPACE) ? Files.readString(NAMESPACE).strip() : "outrigger-system";
  }

  /** {@code NAMESPACE/NAME} of the Secret that holds the authority; null: the state directory. */
  @Nullable String authoritySecret() throws IOException {
    if (caSecret != null || !kubernetes || kubeconfig != null || !Files.isReadable(NAMESPACE)) {
      return caSecret;
    }
    return Files.readString(NAMESPACE).strip() + "/outrigger-ca";
  }

  boolean watchesCluster() {
    return kubernetes || kubeconfig != null;
  }

  /**
   * Where Consul is.
   *
   * @throws IllegalArgumentException naming the wrong flag, if there is one
   */
  @Nullable ConsulAddress consul() {
    String agent = consul;
    if (agent != null) {
      return new ConsulAddress(
          ConsulAddress.agent(agent), consulTokenFile, consulDatacenter, consulKv);
    }
    if (consulTokenFile != null || consulDatacenter != null || consulKv != null) {
      throw new IllegalArgumentException("--consul-... needs --consul URL");
    }
    return null;
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
        d.extensionProviders(),
        d.localityBalancing(),
        d.interceptionMode());
  }
}
