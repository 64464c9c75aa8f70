package io.outrigger.proxy.intercept;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one of the system's programs to its end. */
final class Program {
  private Program() {}

  /** What it prints; fails with that where it fails. */
  static String run(List<String> command, String input) throws InterceptException {
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
          command.getFirst()
              + " can't be run ("
              + e.getMessage()
              + "): install "
              + (command.getFirst().equals("ip") ? "iproute2" : "iptables"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterceptException("interrupted while " + command.getFirst() + " ran");
    }
  }

  private static String remedy(String output) {
    return output.contains("Permission denied")
            || output.contains("Operation not permitted")
            || output.contains("must be root")
        ? "; this needs root, or CAP_NET_ADMIN and CAP_NET_RAW"
        : "";
  }
}
