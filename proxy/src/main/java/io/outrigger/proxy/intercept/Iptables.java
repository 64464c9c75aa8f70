package io.outrigger.proxy.intercept;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets and removes interception by iptables and ip6tables, in the network namespace of this
 * process.
 *
 * <p>Each change is one transaction of iptables-restore, built from what iptables-save shows: to
 * apply again replaces, to clean again does nothing, and other rules of the machine stay.
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

  /** Sets the rules, in place of what an earlier call has set. */
  public static void apply(Interception interception) throws InterceptException {
    for (Family family : families()) {
      List<String> script = new ArrayList<>();
      List<String> saved = saved(family);
      RuleSet.CHAINS.forEach(chain -> script.add(":" + chain + " - [0:0]"));
      script.addAll(removals(saved));
      script.addAll(RuleSet.of(interception, family.ipv6));
      restore(family, script);
    }
  }

  /** Removes every rule and chain of ours. */
  public static void clean() throws InterceptException {
    for (Family family : families()) {
      List<String> saved = saved(family);
      List<String> script = new ArrayList<>(removals(saved));
      List<String> present = new ArrayList<>(RuleSet.CHAINS);
      present.removeIf(
          chain -> saved.stream().noneMatch(line -> line.startsWith(":" + chain + " ")));
      present.forEach(chain -> script.add("-F " + chain));
      present.forEach(chain -> script.add("-X " + chain));
      if (!script.isEmpty()) {
        restore(family, script);
      }
    }
  }

  /** The rules as iptables-restore reads them: IPv4, and IPv6 behind it. */
  public static String print(Interception interception) {
    StringBuilder text = new StringBuilder();
    for (Family family : Family.values()) {
      text.append("# ").append(family.program).append("-restore --noflush\n");
      List<String> script = new ArrayList<>();
      RuleSet.CHAINS.forEach(chain -> script.add(":" + chain + " - [0:0]"));
      script.addAll(RuleSet.of(interception, family.ipv6));
      text.append(table(script));
    }
    return text.toString();
  }

  private static List<Family> families() {
    return Files.exists(IPV6) ? List.of(Family.V4, Family.V6) : List.of(Family.V4);
  }

  /** Takes our jumps out of the built-in chains, in whatever form an earlier version set them. */
  private static List<String> removals(List<String> saved) {
    List<String> removals = new ArrayList<>();
    for (String line : saved) {
      boolean builtIn = line.startsWith("-A PREROUTING ") || line.startsWith("-A OUTPUT ");
      boolean ours = RuleSet.CHAINS.stream().anyMatch(chain -> line.endsWith(" -j " + chain));
      if (builtIn && ours) {
        removals.add("-D" + line.substring(2));
      }
    }
    return removals;
  }

  private static List<String> saved(Family family) throws InterceptException {
    return run(List.of(family.program + "-save", "-t", "nat"), "").lines().toList();
  }

  private static void restore(Family family, List<String> script) throws InterceptException {
    String _ = run(List.of(family.program + "-restore", "--noflush", "-w", "5"), table(script));
  }

  private static String table(List<String> script) {
    return "*nat\n" + String.join("\n", script) + "\nCOMMIT\n";
  }

  private static String run(List<String> command, String input) throws InterceptException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new InterceptException(String.join(" ", command) + ": " + output + remedy(output));
      }
      return output;
    } catch (IOException e) {
      throw new InterceptException(
          command.getFirst() + " can't be run (" + e.getMessage() + "): install iptables");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterceptException("interrupted while " + command.getFirst() + " ran");
    }
  }

  private static String remedy(String output) {
    return output.contains("Permission denied") || output.contains("must be root")
        ? "; this needs root, or CAP_NET_ADMIN and CAP_NET_RAW"
        : "";
  }
}
