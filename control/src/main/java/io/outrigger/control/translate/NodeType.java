package io.outrigger.control.translate;

/** What a proxy is for: the first word of its node id. */
public enum NodeType {
  /** Stands beside a workload. */
  SIDECAR,
  /** Stands alone, and serves the ports of Gateways. */
  ROUTER
}
