package io.outrigger.proxy.intercept;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules of {@link Interception.Mode#TPROXY} in the table mangle for one IP version.
 *
 * <p>What comes in is given to the proxy's socket with its addresses as they are. The proxy
 * connects to the application from the client's address, with a mark. That mark is kept for the
 * connection, so that the application's answers, which look as if they were for the client, have it
 * too: {@link PolicyRouting} keeps what has it on this machine.
 */
final class TproxyRules {
  /** Our chains; what refers to another comes before it, so that they can be dropped in order. */
  static final List<String> CHAINS = List.of(RuleSet.INBOUND, RuleSet.OUTPUT, "ISTIO_TPROXY");

  /** Of packets: it goes between proxy and application. Of connections: the same. */
  static final String MARK = "0x%x".formatted(Interception.TPROXY_MARK);

  private static final String TPROXY = CHAINS.getLast();

  /** Of connections: they began in the proxy's hands. Istio's second mark. */
  private static final String TAKEN = "0x%x".formatted(Interception.TPROXY_MARK + 1);

  private TproxyRules() {}

  /** The rules, without the table's head and COMMIT. */
  static List<String> of(Interception interception) {
    List<String> out = new ArrayList<>();
    out.add("-A PREROUTING -p tcp -j " + RuleSet.INBOUND);
    out.add(
        "-A "
            + RuleSet.INBOUND
            + (" -i lo -p tcp -m mark --mark " + MARK + " -j CONNMARK --save-mark"));
    out.add("-A " + RuleSet.INBOUND + " -i lo -j RETURN");
    out.addAll(RuleSet.inbound(interception, TPROXY));

    String give = " -j TPROXY --on-port " + interception.inboundPort() + " --tproxy-mark " + MARK;
    out.add("-A " + TPROXY + " -p tcp --syn -j CONNMARK --set-mark " + TAKEN);
    out.add("-A " + TPROXY + " -p tcp --syn" + give);
    // Later packets find their socket by themselves, but for the answer to a SYN cookie: there is
    // no socket for it yet, and the one that listens is the proxy's. Connections that are older
    // than these rules, and answers to what goes out, are nobody else's to take.
    out.add(
        "-A "
            + TPROXY
            + (" -p tcp -m connmark --mark " + TAKEN + " -m conntrack --ctdir ORIGINAL")
            + give);

    out.add("-A OUTPUT -p tcp -j " + RuleSet.OUTPUT);
    out.add(
        "-A "
            + RuleSet.OUTPUT
            + (" -p tcp -m connmark --mark " + MARK + " -j CONNMARK --restore-mark"));
    return List.copyOf(out);
  }
}
