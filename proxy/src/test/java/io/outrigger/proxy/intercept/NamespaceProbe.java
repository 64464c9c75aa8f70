package io.outrigger.proxy.intercept;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Run by {@link InterceptionTest} inside a network namespace; prints what it saw. */
final class NamespaceProbe {
  private static final int TIMEOUT_MILLIS = 5000;

  private NamespaceProbe() {}

  /**
   * Arguments: this namespace's address, a neighbour's, and the neighbour's namespace; without any,
   * rules of both modes come and go.
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      changes();
      return;
    }
    String mine = args[0];
    String neighbour = args[1];
    String elsewhere = args[2];
    try (ServerSocket outbound = listen(15001);
        ServerSocket inbound = listen(15006);
        ServerSocket application = listen(8080)) {
      Iptables.apply(Interception.all(Interception.Mode.REDIRECT, 0));
      String once = rules();
      Iptables.apply(Interception.all(Interception.Mode.REDIRECT, 0));
      say("again", once.equals(rules()));
      say("application-out", arrives(outbound, asNobody(neighbour, 80)));
      say("application-loopback", arrives(application, asNobody("127.0.0.1", 8080)));
      say("inbound", arrives(inbound, from(elsewhere, mine, 8080)));
      say("inbound-pages", !arrives(inbound, from(elsewhere, mine, 15020)));
      try (Socket self = new Socket()) {
        self.connect(new InetSocketAddress(mine, 8080), TIMEOUT_MILLIS);
        say("proxy-to-itself", accepted(inbound));
      }
      try (Socket self = new Socket()) {
        self.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.6"), 0));
        self.connect(new InetSocketAddress(mine, 8080), TIMEOUT_MILLIS);
        say("proxy-to-application", accepted(application));
      }
      Iptables.clean();
      say("clean", !rules().contains("ISTIO") && !rules().contains("133"));
      Iptables.clean();
      say("inbound-after", arrives(application, from(elsewhere, mine, 8080)));
    }
  }

  private static void changes() throws Exception {
    String none = rules();
    Iptables.apply(Interception.all(Interception.Mode.REDIRECT, 0));
    String redirect = rules();
    say("redirect", redirect.contains("--to-ports 15006") && !redirect.contains("TPROXY"));
    Iptables.apply(Interception.all(Interception.Mode.TPROXY, 0));
    String tproxy = rules();
    say("tproxy", tproxy.contains("--on-port 15006") && tproxy.contains("lookup 133"));
    Iptables.apply(Interception.all(Interception.Mode.TPROXY, 0));
    say("again", tproxy.equals(rules()));
    Iptables.apply(Interception.all(Interception.Mode.REDIRECT, 0));
    say("back", redirect.equals(rules()));
    Iptables.apply(Interception.all(Interception.Mode.TPROXY, 0));
    Iptables.clean();
    say("clean", none.equals(rules()));
  }

  private static void say(String name, boolean result) {
    System.out.println(name + "=" + result);
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket(port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static boolean accepted(ServerSocket server) throws IOException {
    try (Socket socket = server.accept()) {
      return socket.isConnected();
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static boolean arrives(ServerSocket server, Process client) throws Exception {
    server.setSoTimeout(client.onExit().isDone() ? 1 : 1500);
    boolean accepted = accepted(server);
    server.setSoTimeout(TIMEOUT_MILLIS);
    client.destroyForcibly().waitFor();
    return accepted;
  }

  private static Process asNobody(String host, int port) throws IOException {
    return start(
        List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"), host, port);
  }

  private static Process from(String namespace, String host, int port) throws IOException {
    return start(List.of("ip", "netns", "exec", namespace), host, port);
  }

  private static Process start(List<String> prefix, String host, int port) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of("bash", "-c", "exec 3<>/dev/tcp/" + host + "/" + port + "; read -u 3 -t 3 line"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String rules() throws Exception {
    StringBuilder all = new StringBuilder();
    for (List<String> command :
        List.of(
            List.of("iptables-save"),
            List.of("ip6tables-save"),
            List.of("ip", "-4", "rule", "show"),
            List.of("ip", "-6", "rule", "show"),
            List.of("ip", "-4", "route", "show", "table", "all"),
            List.of("ip", "-6", "route", "show", "table", "all"))) {
      Process process = new ProcessBuilder(command).start();
      for (String line : new String(process.getInputStream().readAllBytes()).lines().toList()) {
        if (line.matches("-A.*|:ISTIO.*|\\d+:.*|.* table 133 .*")) {
          all.append(line.replaceAll("\\[.*", "")).append('\n');
        }
      }
      process.waitFor();
    }
    return all.toString();
  }
}
