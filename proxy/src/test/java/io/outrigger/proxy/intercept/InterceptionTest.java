package io.outrigger.proxy.intercept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules at work in a namespace of their own. Needs root, ip, iptables and setpriv. */
class InterceptionTest {
  private final String here = "or-a-" + ProcessHandle.current().pid();
  private final String there = "or-b-" + ProcessHandle.current().pid();

  private static boolean runs(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (java.io.IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void must(String command) {
    assertThat(runs(command.split(" ", -1))).as(command).isTrue();
  }

  @AfterEach
  void removeNamespaces() {
    boolean _ = runs("ip", "netns", "del", here);
    boolean _ = runs("ip", "netns", "del", there);
  }

  @Test
  void rulesRedirectWhatTheyShouldAndCleanToNothing() throws Exception {
    assumeTrue(runs("setpriv", "--version"), "setpriv is needed");
    assumeTrue(runs("iptables", "--version"), "iptables is needed");
    assumeTrue(runs("ip", "netns", "add", here), "root is needed, for network namespaces");
    must("ip netns add " + there);
    must("ip link add oa netns " + here + " type veth peer name ob netns " + there);
    must("ip -n " + here + " addr add 10.93.7.1/24 dev oa");
    must("ip -n " + there + " addr add 10.93.7.2/24 dev ob");
    for (String[] link :
        new String[][] {{here, "lo"}, {here, "oa"}, {there, "lo"}, {there, "ob"}}) {
      must("ip -n " + link[0] + " link set " + link[1] + " up");
    }
    assumeTrue(
        runs("ip", "netns", "exec", here, "iptables-save", "-t", "nat"), "the kernel has no nat");
    assertThat(probe("10.93.7.1", "10.93.7.2", there))
        .containsExactlyElementsOf(
            List.of(
                "again=true",
                "application-out=true",
                "application-loopback=true",
                "inbound=true",
                "inbound-pages=true",
                "proxy-to-itself=true",
                "proxy-to-application=true",
                "clean=true",
                "inbound-after=true"));
  }

  @Test
  void rulesOfBothModesComeAndGoWhole() throws Exception {
    assumeTrue(runs("iptables", "--version"), "iptables is needed");
    assumeTrue(runs("ip", "netns", "add", here), "root is needed, for network namespaces");
    must("ip -n " + here + " link set lo up");
    String in = "ip netns exec " + here + " iptables -t mangle ";
    must(in + "-N TRIAL");
    boolean known =
        runs((in + "-A TRIAL -p tcp -j TPROXY --on-port 1 --tproxy-mark 1").split(" ", -1));
    assumeTrue(known, "the kernel has no TPROXY (CONFIG_NETFILTER_XT_TARGET_TPROXY)");
    must(in + "-F TRIAL");
    must(in + "-X TRIAL");
    assertThat(probe())
        .containsExactly("redirect=true", "tproxy=true", "again=true", "back=true", "clean=true");
  }

  /** What a probe in the namespace prints. */
  private List<String> probe(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "ip",
                "netns",
                "exec",
                here,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                location(Iptables.class) + File.pathSeparator + location(NamespaceProbe.class),
                NamespaceProbe.class.getName()));
    command.addAll(List.of(arguments));
    Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();
    probe.getOutputStream().close();
    String output =
        new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(probe.waitFor()).as(output).isZero();
    return output.lines().toList();
  }

  private static String location(Class<?> type) throws Exception {
    Path path = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    assertThat(Files.exists(path)).isTrue();
    return path.toString();
  }
}
