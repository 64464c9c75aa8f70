package io.outrigger.control.translate;

/** How an application's traffic reaches its sidecar: node metadata INTERCEPTION_MODE. */
public enum InterceptionMode {
  /** iptables REDIRECT to 15001 and 15006. */
  REDIRECT,
  /** iptables TPROXY, source addresses kept. */
  TPROXY,
  /** Nothing is captured: a forward proxy port, loopback ports, and a bound inbound port. */
  NONE
}
