package io.outrigger.e2e.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.e2e.Page;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/getting-started-laptop.md, and what becomes of a file that is wrong. */
class UpTest {
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir private Path directory;

  @Test
  void theExampleRunsHealsAndEnds() throws Exception {
    Page page = new Page("../getting-started-laptop.md");
    assertThat(page.run("--check")).contains("5 services, nothing wrong");
    try (Program up = page.start("--state-dir", directory)) {
      Await.until(
          "all are up: " + up.output(), LONG, () -> up.output().contains("Ctrl-C ends all of it."));
      assertThat(page.run("21101/")).contains("The Outrigger").contains("reviews v2: *****");
      long ratings = application(up, "ratings");
      ProcessHandle.of(ratings).orElseThrow().destroyForcibly();
      Await.until("it is said", LONG, () -> up.output().contains("ratings | ended with 137"));
      Await.until(
          "it is started again",
          LONG,
          () ->
              application(up, "ratings") != ratings
                  && page.run("21101/").contains("reviews v2: *****"));
      List<ProcessHandle> all = ProcessHandle.of(up.pid()).orElseThrow().descendants().toList();
      assertThat(all.size()).isGreaterThan(10);
      up.terminate();
      up.awaitExit(LONG);
      Await.until("nothing is left", LONG, () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  /** The newest pid that a service's sidecar has told of. */
  private static long application(Program up, String service) throws IOException {
    long pid = -1;
    for (String line : up.output().lines().toList()) {
      int at = line.indexOf(", pid ");
      if (line.startsWith(service + " | ") && at > 0) {
        pid = Long.parseLong(line.substring(at + 6).strip());
      }
    }
    return pid;
  }

  @Test
  void whatIsWrongIsNamedByLineAndField() throws Exception {
    Path file = directory.resolve("mesh.yaml");
    Files.writeString(
        file,
        """
        services:
          a:
            command: sleep 1
            port: 9080
            calls: [catalogue]
          catalog:
            comand: sleep 1
            port: 90800
          b:
            command: [sleep, "1"]
            port: 9080
            restart: allways
        resources: [none.yaml]
        """);
    ProcessBuilder builder =
        new ProcessBuilder(Installed.outrigger(), "up", file.toString()).redirectErrorStream(true);
    builder.environment().put("OUTRIGGER_BUILD", "never");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said)
        .contains("mesh.yaml:7:")
        .contains("services.catalog.comand: unknown field; did you mean \"command\"?")
        .contains("services.catalog.port: found \"90800\"; must be a whole number from 1 to 65535")
        .contains("services.b.restart: found \"allways\"; must be one of always, on-failure, never")
        .contains("services.a.calls: there is no service \"catalogue\"; did you mean \"catalog\"?")
        .contains("services.b.listens: services.a listens on port 9080 too")
        .contains("resources: ");
  }

  @Test
  void aProcessThatEndsEndsItWithItsCode() throws Exception {
    Path file = directory.resolve("mesh.yaml");
    Files.writeString(
        file,
        """
        services:
          once:
            command: [sh, -c, "exit 3"]
            port: 21199
            restart: never
        """);
    try (Program up =
        Program.start(
            "up",
            List.of(
                Installed.outrigger(),
                "up",
                file.toString(),
                "--state-dir",
                directory.resolve("state").toString()),
            Map.of("OUTRIGGER_BUILD", "never"),
            directory.resolve("up.log"))) {
      assertThat(up.awaitExit(LONG)).isEqualTo(1);
      assertThat(up.output()).contains("once | ended with 3").contains("services.once isn't up");
    }
  }
}
