package io.outrigger.e2e.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine joins by a one-time token, and renews its certificate with itself. */
class JoinTest {
  private static final Duration LONG = Duration.ofSeconds(120);
  private static final Map<String, String> ENVIRONMENT = Map.of("OUTRIGGER_BUILD", "never");

  private record Said(int code, String text) {}

  @TempDir private Path directory;
  private List<Integer> free = List.of();

  @Test
  void aTokenJoinsOneMachineOnce() throws Exception {
    free = FreePorts.find(6);
    Files.createDirectories(directory.resolve("mesh"));
    try (Program control = control()) {
      Await.until(
          "the control plane certifies",
          LONG,
          () ->
              Files.exists(state().resolve("root-cert.pem")) && control.output().contains("root"));
      List<String> join = command();
      List<String> elsewhere = new ArrayList<>(join);
      int pin = join.indexOf("--ca-fingerprint") + 1;
      elsewhere.set(pin, "sha256:" + "0".repeat(64));
      assertThat(run(elsewhere).text())
          .contains("its root certificate is " + join.get(pin), "the token was not sent");

      List<String> forged = new ArrayList<>(join);
      int token = join.indexOf("--token") + 1;
      forged.set(token, join.get(token).substring(0, join.get(token).length() - 4) + "AAAA");
      assertThat(run(forged)).isEqualTo(refusal("the token's signature is wrong"));
      assertThat(run(command("--hours", "-1")).text())
          .contains("it refuses: the token expired at ");

      Said joined = run(join);
      assertThat(joined.code()).as(joined.text()).isZero();
      assertThat(joined.text())
          .contains("spiffe://cluster.local/ns/shop/sa/cart until ", "kind: WorkloadEntry");
      assertThat(run(join))
          .isEqualTo(refusal("the token is good for one certificate only, and was used"));
      // what is printed is what the control plane is to be given
      Files.writeString(directory.resolve("mesh/cart.yaml"), joined.text());
      serve(control);
    }
    // nor is it good again at a control plane that has been started anew
    try (Program control = control()) {
      List<String> join = command();
      Await.until("it serves", LONG, () -> run(join).code() == 0);
      control.close();
      try (Program next = control()) {
        Await.until(
            "it is refused: " + next.output(),
            LONG,
            () -> run(join).text().contains("and was used"));
      }
    }
  }

  private void serve(Program control) throws Exception {
    String flags = Files.readString(directory.resolve("sidecar.env")).strip();
    assertThat(flags).startsWith("SIDECAR_FLAGS=").doesNotContain("token");
    List<String> command = new ArrayList<>(List.of(Installed.outrigger(), "sidecar"));
    command.addAll(List.of(flags.substring("SIDECAR_FLAGS=".length()).split(" ")));
    command.addAll(List.of("--admin-port", free.get(5).toString()));
    try (Program sidecar =
        Program.start("sidecar", command, ENVIRONMENT, directory.resolve("sidecar.log"))) {
      Await.until(
          "it is in force with the certificate that join has left",
          LONG,
          () ->
              sidecar.output().contains("from the last run")
                  && sidecar.output().contains("state LIVE"));
      Await.until(
          "it renews with it, and with that one again",
          LONG,
          () -> sidecar.output().split("certificate of spiffe", -1).length > 3);
      assertThat(control.output()).doesNotContain("no certificate for");
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + "\n" + Files.readString(directory.resolve("sidecar.log")), e);
    }
  }

  private Path state() {
    return directory.resolve("control");
  }

  private Program control() throws IOException {
    return Program.start(
        "control",
        List.of(
            Installed.outrigger(),
            "control",
            "--config",
            directory.resolve("mesh").toString(),
            "--state-dir",
            state().toString(),
            "--port",
            free.get(0).toString(),
            "--plaintext-port",
            free.get(1).toString(),
            "--monitoring-port",
            free.get(2).toString()),
        ENVIRONMENT,
        directory.resolve("control.log"));
  }

  private static Said run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(ENVIRONMENT);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  private Said refusal(String reason) {
    return new Said(
        1,
        "outrigger join: control plane 127.0.0.1:"
            + free.get(0)
            + ": it refuses: "
            + reason
            + "\n");
  }

  /** The command that the control plane's machine prints, for this machine's folders. */
  private List<String> command(String... more) throws IOException, InterruptedException {
    List<String> token =
        new ArrayList<>(
            List.of(
                Installed.outrigger(),
                "token",
                "--state-dir",
                state().toString(),
                "--namespace",
                "shop",
                "--service-account",
                "cart",
                "--join",
                "127.0.0.1:" + free.get(0)));
    token.addAll(List.of(more));
    Said said = run(token);
    assertThat(said.code()).as(said.text()).isZero();
    List<String> command =
        new ArrayList<>(
            List.of(said.text().strip().replace("PORT", free.get(3).toString()).split(" ")));
    command.set(0, Installed.outrigger());
    command.addAll(
        List.of(
            "--inbound-port",
            free.get(4).toString(),
            "--lifetime",
            "40s",
            "--state-dir",
            directory.resolve("machine").toString(),
            "--write",
            directory.resolve("sidecar.env").toString()));
    return command;
  }
}
