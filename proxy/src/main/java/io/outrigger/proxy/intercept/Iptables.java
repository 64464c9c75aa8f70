package io.outrigger.proxy.intercept;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets and removes interception by iptables and ip6tables, in the network namespace of this
 * process.
 *
 * <p>Each change of a table is one transaction of iptables-restore, built from what iptables-save
 * shows: to apply again replaces, to clean again does nothing, and other rules of the machine stay.
 */
public final class Iptables {
  private static final Path IPV6 = Path.of("/proc/net/if_inet6");

  private Iptables() {}

  private enum Family {
    V4("iptables", false),
    V6("ip6tables", true);

    final String program;
    final boolean ipv6;

    Family(String program, boolean ipv6) {
      this.program = program;
      this.ipv6 = ipv6;
    }
  }

  /** A table of which rules are ours, and our chains in it. What a kernel may lack comes first. */
  private enum Table {
    MANGLE,
    NAT;

    List<String> chains() {
      return this == NAT ? RuleSet.CHAINS : TproxyRules.CHAINS;
    }

    /** The rules of ours in it; none if it isn't needed. */
    List<String> rules(Interception interception, boolean ipv6) {
      if (this == NAT) {
        return RuleSet.of(interception, ipv6);
      }
      return interception.mode() == Interception.Mode.TPROXY
          ? TproxyRules.of(interception)
          : List.of();
    }

    String head() {
      return this == NAT ? "*nat" : "*mangle";
    }
  }

  /** Sets the rules, in place of what an earlier call has set. */
  public static void apply(Interception interception) throws InterceptException {
    boolean routed = interception.mode() == Interception.Mode.TPROXY;
    if (routed) {
      PolicyRouting.check();
    }
    for (Family family : families()) {
      List<String> saved = saved(family);
      List<String> script = new ArrayList<>();
      for (Table table : Table.values()) {
        List<String> rules = table.rules(interception, family.ipv6);
        List<String> present = of(table, saved);
        add(script, table, rules.isEmpty() ? without(table, present) : with(table, present, rules));
      }
      restore(family, script);
    }
    if (routed) {
      PolicyRouting.apply();
    } else {
      PolicyRouting.clean();
    }
  }

  /** Removes every rule, chain and route of ours. */
  public static void clean() throws InterceptException {
    for (Family family : families()) {
      List<String> saved = saved(family);
      List<String> script = new ArrayList<>();
      for (Table table : Table.values()) {
        add(script, table, without(table, of(table, saved)));
      }
      if (!script.isEmpty()) {
        restore(family, script);
      }
    }
    PolicyRouting.clean();
  }

  /** The rules as iptables-restore reads them: IPv4, and IPv6 behind it; then the routes. */
  public static String print(Interception interception) {
    StringBuilder text = new StringBuilder();
    for (Family family : Family.values()) {
      text.append("# ").append(family.program).append("-restore --noflush\n");
      List<String> script = new ArrayList<>();
      for (Table table : Table.values()) {
        List<String> rules = table.rules(interception, family.ipv6);
        add(script, table, rules.isEmpty() ? rules : with(table, List.of(), rules));
      }
      script.forEach(line -> text.append(line).append('\n'));
    }
    if (interception.mode() == Interception.Mode.TPROXY) {
      text.append("# routes\n").append(PolicyRouting.print());
    }
    return text.toString();
  }

  private static List<Family> families() {
    return Files.exists(IPV6) ? List.of(Family.V4, Family.V6) : List.of(Family.V4);
  }

  private static void add(List<String> script, Table table, List<String> lines) {
    if (!lines.isEmpty()) {
      script.add(table.head());
      script.addAll(lines);
      script.add("COMMIT");
    }
  }

  /** Lines that set rules, whatever there is of ours before. */
  private static List<String> with(Table table, List<String> present, List<String> rules) {
    List<String> lines = new ArrayList<>();
    table.chains().forEach(chain -> lines.add(":" + chain + " - [0:0]"));
    lines.addAll(removals(table, present));
    lines.addAll(rules);
    return lines;
  }

  /** Lines that remove what there is of ours. */
  private static List<String> without(Table table, List<String> present) {
    List<String> lines = new ArrayList<>(removals(table, present));
    List<String> chains = new ArrayList<>(table.chains());
    chains.removeIf(
        chain -> present.stream().noneMatch(line -> line.startsWith(":" + chain + " ")));
    chains.forEach(chain -> lines.add("-F " + chain));
    chains.forEach(chain -> lines.add("-X " + chain));
    return lines;
  }

  /** Takes our jumps out of the built-in chains, in whatever form an earlier version set them. */
  private static List<String> removals(Table table, List<String> present) {
    List<String> removals = new ArrayList<>();
    for (String line : present) {
      boolean builtIn = line.startsWith("-A PREROUTING ") || line.startsWith("-A OUTPUT ");
      boolean ours = table.chains().stream().anyMatch(chain -> line.endsWith(" -j " + chain));
      if (builtIn && ours) {
        removals.add("-D" + line.substring(2));
      }
    }
    return removals;
  }

  /**
   * Lines of all tables that there are: to ask for one by its name would make the kernel load it.
   */
  private static List<String> saved(Family family) throws InterceptException {
    return Program.run(List.of(family.program + "-save"), "").lines().toList();
  }

  private static List<String> of(Table table, List<String> saved) {
    int start = saved.indexOf(table.head());
    return start < 0
        ? List.of()
        : saved.stream().skip(start + 1L).takeWhile(line -> !line.equals("COMMIT")).toList();
  }

  private static void restore(Family family, List<String> script) throws InterceptException {
    String _ =
        Program.run(
            List.of(family.program + "-restore", "--noflush", "-w", "5"),
            String.join("\n", script) + "\n");
  }
}
