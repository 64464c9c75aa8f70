package io.outrigger.control.translate;

/**
 * Where a proxy finds its own key, certificate and trust bundle ({@code default}, {@code ROOTCA}).
 */
public sealed interface SecretSource {
  /** Asked for on ADS; an Outrigger sidecar answers this itself and never sends it out. */
  record Ads() implements SecretSource {}

  /** Files {@code DIRECTORY/default.yaml} and {@code DIRECTORY/ROOTCA.yaml}, renamed into place. */
  record Directory(String directory) implements SecretSource {}

  /** An SDS server behind a static cluster of the bootstrap, as Istio's agent has it. */
  record Cluster(String cluster) implements SecretSource {}
}
