package io.outrigger.proxy.intercept;

import java.util.List;

/**
 * What to intercept, and what to leave alone.
 *
 * @param mode how what comes in reaches the proxy
 * @param outboundPort where the proxy takes what the workload sends
 * @param inboundPort where it takes what comes for the workload
 * @param uids users whose traffic is the proxy's own
 * @param gids groups of the same
 * @param includeInboundPorts ports to intercept; empty for all
 * @param excludeInboundPorts ports to leave alone
 * @param excludeOutboundPorts the same for what goes out
 * @param includeOutboundCidrs destinations to intercept; empty for all
 * @param excludeOutboundCidrs destinations to leave alone
 * @param more what is rarely said
 */
public record Interception(
    Mode mode,
    int outboundPort,
    int inboundPort,
    List<Integer> uids,
    List<Integer> gids,
    List<Integer> includeInboundPorts,
    List<Integer> excludeInboundPorts,
    List<Integer> excludeOutboundPorts,
    List<Cidr> includeOutboundCidrs,
    List<Cidr> excludeOutboundCidrs,
    More more) {
  /** Istio's ports. */
  public static final int OUTBOUND_PORT = 15001;

  public static final int INBOUND_PORT = 15006;

  /** Istio's user for proxies. */
  public static final int PROXY_UID = 1337;

  /**
   * The mark of what goes between proxy and application under the client's address. It is the
   * {@code mark} that the control plane gives the filter original_src, as istiod does.
   */
  static final int TPROXY_MARK = 1337;

  /** The routing table of such traffic, and Istio's number for it. */
  static final int TPROXY_TABLE = 133;

  /** How what comes in reaches the proxy; what goes out is always redirected. */
  public enum Mode {
    /** Its destination becomes the proxy: the application sees the proxy as its client. */
    REDIRECT,
    /** Its addresses stay as they are, towards the application too. */
    TPROXY
  }

  /** What Istio's own pages listen on: metrics, readiness, the agent. */
  public static final List<Integer> PAGES = List.of(15090, 15021, 15020);

  /**
   * What is rarely said.
   *
   * @param inbound false: nothing of what comes in is taken
   * @param outbound false: nothing of what goes out is taken, but for {@code includeOutboundPorts}
   * @param includeOutboundPorts ports to intercept whatever the destination
   * @param excludeInterfaces network interfaces whose traffic is left alone
   */
  public record More(
      boolean inbound,
      boolean outbound,
      List<Integer> includeOutboundPorts,
      List<String> excludeInterfaces) {
    public static final More NONE = new More(true, true, List.of(), List.of());

    public More {
      includeOutboundPorts = List.copyOf(includeOutboundPorts);
      excludeInterfaces = List.copyOf(excludeInterfaces);
      for (String name : excludeInterfaces) {
        if (!name.matches("[A-Za-z0-9_.:@+-]{1,15}")) {
          throw new IllegalArgumentException("\"" + name + "\" isn't a network interface's name");
        }
      }
    }
  }

  public Interception {
    uids = List.copyOf(uids);
    gids = List.copyOf(gids);
    includeInboundPorts = List.copyOf(includeInboundPorts);
    excludeInboundPorts = List.copyOf(excludeInboundPorts);
    excludeOutboundPorts = List.copyOf(excludeOutboundPorts);
    includeOutboundCidrs = List.copyOf(includeOutboundCidrs);
    excludeOutboundCidrs = List.copyOf(excludeOutboundCidrs);
    if (uids.isEmpty() && gids.isEmpty()) {
      throw new IllegalArgumentException(
          "no user or group is left alone: the proxy's own traffic would go round in a circle");
    }
  }

  /** Everything, for a proxy under this user, as Istio's defaults have it. */
  public static Interception all(Mode mode, int uid) {
    return new Interception(
        mode,
        OUTBOUND_PORT,
        INBOUND_PORT,
        List.of(uid),
        List.of(),
        List.of(),
        PAGES,
        List.of(),
        List.of(),
        List.of(),
        More.NONE);
  }
}
