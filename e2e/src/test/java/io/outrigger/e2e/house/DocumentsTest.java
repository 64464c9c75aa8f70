package io.outrigger.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents point at is there. */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)\\)");
  private static final Pattern CODE_PATH = Pattern.compile("`([a-z0-9][\\w./-]*/[\\w./-]+)`");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "docs/WHERE.md",
        "docs/COMPAT.md",
        "docs/tasks/install-kubernetes.md",
        "docs/tasks/prometheus.md",
        "docs/tasks/ratelimit-server.md",
        "docs/tasks/zipkin.md"
      })
  void linksLeadSomewhere(String name) throws IOException {
    Path file = Installed.home().resolve(name);
    Matcher links = LINK.matcher(Files.readString(file));
    List<String> missing = new ArrayList<>();
    while (links.find()) {
      String link = links.group(1);
      if (!link.startsWith("http") && !Files.exists(file.resolveSibling(link))) {
        missing.add(link);
      }
    }
    assertThat(missing).as("links of %s", name).isEmpty();
  }

  @Test
  void fieldsAreWhatTheCompilersSay() throws Exception {
    Path log = directory.resolve("compat.log");
    try (Program compat =
        Program.start(
            "bin/compat --check",
            List.of(Installed.home().resolve("bin/compat").toString(), "--check"),
            Map.of("OUTRIGGER_BUILD", "never"),
            log)) {
      assertThat(compat.awaitExit(Duration.ofSeconds(120))).as(compat.output()).isZero();
    }
  }

  @Test
  void everyPathOfWhereExists() throws IOException {
    Path home = Installed.home();
    Matcher paths = CODE_PATH.matcher(Files.readString(home.resolve("docs/WHERE.md")));
    List<String> missing = new ArrayList<>();
    int found = 0;
    while (paths.find()) {
      found++;
      if (!Files.exists(home.resolve(paths.group(1)))) {
        missing.add(paths.group(1));
      }
    }
    assertThat(found).isGreaterThan(30);
    assertThat(missing).isEmpty();
  }
}
