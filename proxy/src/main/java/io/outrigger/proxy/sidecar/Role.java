package io.outrigger.proxy.sidecar;

import java.util.Set;

/**
 * What a proxy with a certificate of its own is for, and what it may be told on its command line.
 */
enum Role {
  /** Stands beside an application. */
  SIDECAR("sidecar", SidecarArguments.USAGE),
  /** Stands alone, and serves the ports of Gateways. */
  GATEWAY("gateway", GatewayMain.USAGE);

  /** The flags that only one of them has. */
  private static final Set<String> OF_SIDECARS =
      Set.of(
          "--app-port",
          "--inbound-port",
          "--http-proxy-port",
          "--listen",
          "--intercept",
          "--run-as");

  private static final Set<String> OF_GATEWAYS = Set.of("--trusted-proxies");

  /** The word after {@code outrigger}. */
  final String word;

  final String usage;

  Role(String word, String usage) {
    this.word = word;
    this.usage = usage;
  }

  boolean has(String flag) {
    return !(this == SIDECAR ? OF_GATEWAYS : OF_SIDECARS).contains(flag);
  }
}
