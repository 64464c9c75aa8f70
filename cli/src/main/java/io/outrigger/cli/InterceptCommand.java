package io.outrigger.cli;

import io.outrigger.proxy.intercept.Cidr;
import io.outrigger.proxy.intercept.InterceptException;
import io.outrigger.proxy.intercept.Interception;
import io.outrigger.proxy.intercept.Iptables;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Sets, cleans or prints the rules of iptables, and of routing, that send a workload's TCP traffic
 * through its proxy.
 */
@Command(
    name = "intercept",
    mixinStandardHelpOptions = true,
    description = {
      "Rules as Istio's: all TCP out to port 15001, all TCP in to port 15006, the proxy's own user left",
      "alone. apply and clean need root; apply replaces rules that it set before. With TPROXY the",
      "application sees its clients' own addresses; the proxy needs CAP_NET_ADMIN then."
    })
public final class InterceptCommand {
  /** Alone, as an init container runs it: beside the proxy's jars there is nothing else. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new InterceptCommand())
            .setCommandName("outrigger intercept")
            .execute(args));
  }

  /** The flags, under the names of Istio's init container. */
  static final class Flags {
    @Option(
        names = {"-u", "--proxy-uid"},
        split = ",",
        description = "users whose traffic is the proxy's own (1337)")
    private final List<Integer> uids = new ArrayList<>();

    @Option(
        names = {"-g", "--proxy-gid"},
        split = ",",
        description = "groups of the same (1337)")
    private final List<Integer> gids = new ArrayList<>();

    @Option(
        names = {"-p", "--envoy-port"},
        defaultValue = "15001",
        description = "where the proxy takes what goes out (${DEFAULT-VALUE})")
    private int outboundPort;

    @Option(
        names = {"-z", "--inbound-capture-port"},
        defaultValue = "15006",
        description = "where it takes what comes in (${DEFAULT-VALUE})")
    private int inboundPort;

    @Option(
        names = {"-m", "--inbound-interception-mode"},
        defaultValue = "REDIRECT",
        description = "how it takes it: REDIRECT or TPROXY (${DEFAULT-VALUE})")
    private Interception.Mode mode = Interception.Mode.REDIRECT;

    @Option(
        names = {"-b", "--inbound-ports"},
        defaultValue = ALL,
        description = "ports to intercept of what comes in: *, all, or a list; nothing if empty")
    private String includeInbound = ALL;

    @Option(
        names = {"-d", "--exclude-inbound-ports"},
        split = ",",
        description = "ports to leave alone (15090,15021,15020)")
    private final List<Integer> excludeInbound = new ArrayList<>();

    @Option(
        names = {"-o", "--exclude-outbound-ports"},
        split = ",",
        description = "ports to leave alone of what goes out")
    private final List<Integer> excludeOutbound = new ArrayList<>();

    @Option(
        names = {"-i", "--outbound-cidrs"},
        defaultValue = ALL,
        description = "destinations to intercept: *, all, or a list; nothing if empty")
    private String includeCidrs = ALL;

    @Option(
        names = {"-x", "--exclude-outbound-cidrs"},
        split = ",",
        description = "destinations to leave alone")
    private final List<String> excludeCidrs = new ArrayList<>();

    @Option(
        names = {"-q", "--outbound-ports"},
        split = ",",
        description = "ports to intercept of what goes out, whatever the destination")
    private final List<Integer> includeOutbound = new ArrayList<>();

    @Option(
        names = {"-c", "--exclude-interfaces"},
        split = ",",
        description = "network interfaces whose traffic is left alone")
    private final List<String> excludeInterfaces = new ArrayList<>();

    private static final String ALL = "*";

    /** The items of a list; none of all, and of nothing. */
    private static List<String> items(String list) {
      return list.equals(ALL) || list.isBlank() ? List.of() : List.of(list.split(",", -1));
    }

    private static int port(String text) {
      if (text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65535) {
        return Integer.parseInt(text);
      }
      throw new IllegalArgumentException("\"" + text + "\" isn't a port from 1 to 65535");
    }

    private Interception interception() {
      return new Interception(
          mode,
          outboundPort,
          inboundPort,
          uids.isEmpty() ? List.of(Interception.PROXY_UID) : uids,
          gids.isEmpty() && uids.isEmpty() ? List.of(Interception.PROXY_UID) : gids,
          items(includeInbound).stream().map(Flags::port).toList(),
          excludeInbound.isEmpty() ? Interception.PAGES : excludeInbound,
          excludeOutbound,
          items(includeCidrs).stream().map(Cidr::parse).toList(),
          excludeCidrs.stream().map(Cidr::parse).toList(),
          new Interception.More(
              !includeInbound.isBlank(),
              !includeCidrs.isBlank(),
              includeOutbound,
              excludeInterfaces));
    }
  }

  /** Something that may fail with a sentence. */
  private interface Work {
    void run() throws InterceptException;
  }

  @Command(description = "sets the rules, in place of those set before")
  int apply(@Mixin Flags flags) {
    return attempt(() -> Iptables.apply(flags.interception()));
  }

  @Command(description = "takes the rules away; nothing of them is left")
  int clean() {
    return attempt(Iptables::clean);
  }

  @Command(description = "prints the rules that apply would set")
  int print(@Mixin Flags flags) {
    return attempt(() -> System.out.print(Iptables.print(flags.interception())));
  }

  private static int attempt(Work work) {
    try {
      work.run();
      return 0;
    } catch (InterceptException | IllegalArgumentException e) {
      System.err.println("outrigger intercept: " + e.getMessage());
      return 1;
    }
  }
}
