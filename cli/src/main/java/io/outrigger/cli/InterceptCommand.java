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
 * Sets, cleans or prints the iptables rules that send a workload's TCP traffic through its proxy.
 */
@Command(
    name = "intercept",
    mixinStandardHelpOptions = true,
    description = {
      "Rules as Istio's: all TCP out to port 15001, all TCP in to port 15006, the proxy's own user left",
      "alone. apply and clean need root; apply replaces rules that it set before."
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
        names = {"-b", "--inbound-ports"},
        split = ",",
        description = "ports to intercept of what comes in; all unless given")
    private final List<Integer> includeInbound = new ArrayList<>();

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
        split = ",",
        description = "destinations to intercept; all unless given")
    private final List<String> includeCidrs = new ArrayList<>();

    @Option(
        names = {"-x", "--exclude-outbound-cidrs"},
        split = ",",
        description = "destinations to leave alone")
    private final List<String> excludeCidrs = new ArrayList<>();

    private Interception interception() {
      return new Interception(
          outboundPort,
          inboundPort,
          uids.isEmpty() ? List.of(Interception.PROXY_UID) : uids,
          gids.isEmpty() && uids.isEmpty() ? List.of(Interception.PROXY_UID) : gids,
          includeInbound,
          excludeInbound.isEmpty() ? Interception.PAGES : excludeInbound,
          excludeOutbound,
          includeCidrs.stream().map(Cidr::parse).toList(),
          excludeCidrs.stream().map(Cidr::parse).toList());
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
