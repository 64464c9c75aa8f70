package io.outrigger.proxy.intercept;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps on this machine what has the mark of {@link TproxyRules}, whatever its destination: by a
 * routing table of its own, in which every address is local.
 */
final class PolicyRouting {
  private static final Path ADDRESSES_6 = Path.of("/proc/net/if_inet6");
  private static final String TABLE = Integer.toString(Interception.TPROXY_TABLE);
  private static final List<String> RULE =
      List.of("fwmark", Integer.toString(Interception.TPROXY_MARK), "lookup", TABLE);
  private static final List<String> ROUTE =
      List.of("local", "default", "dev", "lo", "table", TABLE);

  private PolicyRouting() {}

  /** Fails where {@link #apply} would, for want of the program, before anything is changed. */
  static void check() throws InterceptException {
    if (!programIsThere()) {
      throw new InterceptException("ip isn't in the PATH, and routes need it: install iproute2");
    }
  }

  /** Sets rule and route, if they aren't there. The rule comes first: it shows that both are. */
  static void apply() throws InterceptException {
    for (String family : families()) {
      if (!isThere(family)) {
        ip(family, "rule", "add", RULE);
      }
      ip(family, "route", "replace", ROUTE);
    }
  }

  /** Removes both, if they are there. Without the program nobody has set them. */
  static void clean() throws InterceptException {
    if (!programIsThere()) {
      return;
    }
    for (String family : families()) {
      if (isThere(family)) {
        removeRoute(family);
        ip(family, "rule", "del", RULE);
      }
    }
  }

  /** The commands that {@link #apply} runs. */
  static String print() {
    StringBuilder text = new StringBuilder();
    for (String family : List.of("-4", "-6")) {
      text.append(String.join(" ", command(family, "rule", "add", RULE))).append('\n');
      text.append(String.join(" ", command(family, "route", "replace", ROUTE))).append('\n');
    }
    return text.toString();
  }

  /** IPv6 may be known to the kernel and switched off: then no interface has an address. */
  private static List<String> families() throws InterceptException {
    try {
      return Files.exists(ADDRESSES_6) && Files.readAllBytes(ADDRESSES_6).length > 0
          ? List.of("-4", "-6")
          : List.of("-4");
    } catch (IOException e) {
      throw new InterceptException(ADDRESSES_6 + " can't be read: " + e.getMessage());
    }
  }

  private static boolean programIsThere() {
    @Nullable String path = System.getenv("PATH");
    for (String directory : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(directory, "ip"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isThere(String family) throws InterceptException {
    String mark = " fwmark " + TproxyRules.MARK + " lookup " + TABLE;
    return Program.run(List.of("ip", family, "rule", "show"), "")
        .lines()
        .anyMatch(line -> line.stripTrailing().endsWith(mark));
  }

  private static void removeRoute(String family) throws InterceptException {
    try {
      ip(family, "route", "del", ROUTE);
    } catch (InterceptException e) {
      // it went with its interface, or an earlier attempt came only so far
      if (!String.valueOf(e.getMessage()).contains("No such process")) {
        throw e;
      }
    }
  }

  private static void ip(String family, String what, String verb, List<String> words)
      throws InterceptException {
    String _ = Program.run(command(family, what, verb, words), "");
  }

  private static List<String> command(String family, String what, String verb, List<String> words) {
    List<String> command = new ArrayList<>(List.of("ip", family, what, verb));
    command.addAll(words);
    return command;
  }
}
