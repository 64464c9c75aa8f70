package io.outrigger.proxy.intercept;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules of an {@link Interception} in the table nat for one IP version, as iptables-restore
 * reads them.
 */
final class RuleSet {
  static final String INBOUND = "ISTIO_INBOUND";
  static final String REDIRECT = "ISTIO_REDIRECT";
  static final String IN_REDIRECT = "ISTIO_IN_REDIRECT";
  static final String OUTPUT = "ISTIO_OUTPUT";

  /** Our chains; what refers to another comes before it, so that they can be dropped in order. */
  static final List<String> CHAINS = List.of(INBOUND, OUTPUT, IN_REDIRECT, REDIRECT);

  /** HBONE's port: its traffic is for the proxy as it is. */
  private static final int HBONE_PORT = 15008;

  private final Interception interception;
  private final boolean ipv6;
  private final List<String> lines = new ArrayList<>();

  private RuleSet(Interception interception, boolean ipv6) {
    this.interception = interception;
    this.ipv6 = ipv6;
  }

  /** The rules, without the table's head and COMMIT. */
  static List<String> of(Interception interception, boolean ipv6) {
    RuleSet rules = new RuleSet(interception, ipv6);
    rules.redirects();
    if (interception.mode() == Interception.Mode.REDIRECT) {
      rules.add("PREROUTING", "-p tcp -j " + INBOUND);
      rules.lines.addAll(inbound(interception, IN_REDIRECT));
    }
    rules.outbound();
    return List.copyOf(rules.lines);
  }

  /** What of all that comes in goes to a chain; the rest is left alone. */
  static List<String> inbound(Interception interception, String chain) {
    List<String> out = new ArrayList<>();
    String each = "-A " + INBOUND + " ";
    for (String name : interception.more().excludeInterfaces()) {
      out.add(each + "-i " + name + " -j RETURN");
    }
    out.add(each + "-p tcp --dport " + HBONE_PORT + " -j RETURN");
    for (int port : interception.excludeInboundPorts()) {
      out.add(each + "-p tcp --dport " + port + " -j RETURN");
    }
    for (int port : interception.includeInboundPorts()) {
      out.add(each + "-p tcp --dport " + port + " -j " + chain);
    }
    if (interception.includeInboundPorts().isEmpty() && interception.more().inbound()) {
      out.add(each + "-p tcp -j " + chain);
    }
    return out;
  }

  private void add(String chain, String rule) {
    lines.add("-A " + chain + " " + rule);
  }

  private void redirects() {
    add(REDIRECT, "-p tcp -j REDIRECT --to-ports " + interception.outboundPort());
    add(IN_REDIRECT, "-p tcp -j REDIRECT --to-ports " + interception.inboundPort());
  }

  private void outbound() {
    add("OUTPUT", "-p tcp -j " + OUTPUT);
    if (interception.mode() == Interception.Mode.TPROXY) {
      // From the proxy to the application, under the client's address: it was taken before.
      add(OUTPUT, "-m mark --mark " + TproxyRules.MARK + " -j RETURN");
    }
    for (String name : interception.more().excludeInterfaces()) {
      add(OUTPUT, "-o " + name + " -j RETURN");
    }
    for (int port : interception.excludeOutboundPorts()) {
      add(OUTPUT, "-p tcp --dport " + port + " -j RETURN");
    }
    // From the proxy to the application it stands for: the source says that it was taken before.
    add(OUTPUT, "-o lo -s " + (ipv6 ? "::6/128" : "127.0.0.6/32") + " -j RETURN");
    List<String> owners = new ArrayList<>();
    interception.uids().forEach(uid -> owners.add("--uid-owner " + uid));
    interception.gids().forEach(gid -> owners.add("--gid-owner " + gid));
    proxysOwn(owners);
    add(OUTPUT, "-d " + loopback() + " -j RETURN");
    for (int port : interception.more().includeOutboundPorts()) {
      add(OUTPUT, "-p tcp --dport " + port + " -j " + REDIRECT);
    }
    for (Cidr cidr : interception.excludeOutboundCidrs()) {
      if (cidr.ipv6() == ipv6) {
        add(OUTPUT, "-d " + cidr.text() + " -j RETURN");
      }
    }
    for (Cidr cidr : interception.includeOutboundCidrs()) {
      if (cidr.ipv6() == ipv6) {
        add(OUTPUT, "-d " + cidr.text() + " -j " + REDIRECT);
      }
    }
    if (interception.includeOutboundCidrs().isEmpty() && interception.more().outbound()) {
      add(OUTPUT, "-j " + REDIRECT);
    }
  }

  /** What the proxy sends, which is whoever is one of these. */
  private void proxysOwn(List<String> owners) {
    // A workload that calls itself by its service's address: the proxy sent it, and takes it in.
    for (String owner : owners) {
      add(
          OUTPUT,
          "-o lo ! -d "
              + loopback()
              + (" -p tcp ! --dport " + HBONE_PORT + " -m owner " + owner + " -j " + IN_REDIRECT));
    }
    StringBuilder others = new StringBuilder();
    owners.forEach(owner -> others.append(" -m owner ! ").append(owner));
    add(OUTPUT, "-o lo" + others + " -j RETURN");
    for (String owner : owners) {
      add(OUTPUT, "-m owner " + owner + " -j RETURN");
    }
  }

  private String loopback() {
    return ipv6 ? "::1/128" : "127.0.0.1/32";
  }
}
