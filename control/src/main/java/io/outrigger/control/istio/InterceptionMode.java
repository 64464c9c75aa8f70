package io.outrigger.control.istio;

/**
 * How an application's traffic reaches its sidecar: interceptionMode of the mesh and of pods, node
 * metadata INTERCEPTION_MODE.
 */
public enum InterceptionMode {
  /** iptables REDIRECT to 15001 and 15006. */
  REDIRECT,
  /**
   * iptables TPROXY: the application sees its callers' own addresses; the sidecar needs a
   * capability for it.
   */
  TPROXY,
  /** Nothing is captured: a forward proxy port, loopback ports, and a bound inbound port. */
  NONE
}
