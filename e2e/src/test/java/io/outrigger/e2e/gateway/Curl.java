package io.outrigger.e2e.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Asks a port of loopback by the names of others, with curl: head and body of what comes back. */
public final class Curl {
  private Curl() {}

  /** The answer, or what curl says went wrong. */
  public static String get(String url, String... options) throws IOException, InterruptedException {
    String authority = url.substring(url.indexOf("//") + 2).split("/", 2)[0];
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl", "-sS", "-i", "--max-time", "20", "--resolve", authority + ":127.0.0.1"));
    command.addAll(List.of(options));
    command.add(url);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }
}
