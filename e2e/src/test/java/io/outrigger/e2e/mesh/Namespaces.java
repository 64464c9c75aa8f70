package io.outrigger.e2e.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Network namespaces of a test's own, joined by a bridge: machines on one machine. Needs root. */
final class Namespaces implements AutoCloseable {
  private final String hub;
  private final List<String> names = new ArrayList<>();

  /** A hub with the bridge at 10.77.0.1, and so many machines at 10.77.0.2 and on. */
  Namespaces(int machines) throws IOException, InterruptedException {
    String base = "or" + ProcessHandle.current().pid() % 100000;
    hub = base + "h";
    add(hub);
    run(in(hub, "ip", "link", "add", "br0", "type", "bridge"));
    run(in(hub, "ip", "addr", "add", "10.77.0.1/24", "dev", "br0"));
    run(in(hub, "ip", "link", "set", "br0", "up"));
    for (int i = 0; i < machines; i++) {
      String name = base + "m" + i;
      add(name);
      run(
          List.of(
              "ip", "link", "add", "v" + i, "netns", hub, "type", "veth", "peer", "name", "eth0",
              "netns", name));
      run(in(hub, "ip", "link", "set", "v" + i, "master", "br0", "up"));
      run(in(name, "ip", "addr", "add", address(i) + "/24", "dev", "eth0"));
      run(in(name, "ip", "link", "set", "eth0", "up"));
      run(in(name, "ip", "route", "add", "default", "via", "10.77.0.1"));
    }
  }

  static String address(int machine) {
    return "10.77.0." + (machine + 2);
  }

  String hub() {
    return hub;
  }

  String machine(int index) {
    return names.get(index + 1);
  }

  private void add(String name) throws IOException, InterruptedException {
    run(List.of("ip", "netns", "add", name));
    names.add(name);
    run(in(name, "ip", "link", "set", "lo", "up"));
  }

  /** A command that runs in a namespace. */
  static List<String> in(String namespace, String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    return all;
  }

  /** Runs to the end and gives the output; fails if the exit code isn't zero. */
  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (String name : names) {
      run(List.of("ip", "netns", "delete", name));
    }
  }
}
