package io.outrigger.e2e.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packages of bin/package; systemd itself doesn't run here, so its units' commands do. */
class PackageTest {
  private static final Path PACKAGES = Installed.home().resolve("dist/target/packages");

  @TempDir private Path directory;

  @BeforeAll
  static void make() throws Exception {
    Path built = Installed.home().resolve("dist/target/outrigger/built");
    Path formula = PACKAGES.resolve("outrigger.rb");
    if (!Files.exists(formula)
        || Files.getLastModifiedTime(formula).compareTo(Files.getLastModifiedTime(built)) < 0) {
      run(Installed.home().resolve("bin/package").toString());
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + out).isZero();
    return out;
  }

  private static Path debian() throws IOException {
    try (Stream<Path> all = Files.list(PACKAGES)) {
      Path found = all.filter(p -> p.toString().endsWith(".deb")).findFirst().orElse(null);
      Assumptions.assumeTrue(found != null, "SKIPPED: no dpkg-deb here, so no Debian package");
      return found;
    }
  }

  @Test
  void theDebianPackageIsInstalledAndItsUnitsCommandsRun() throws Exception {
    Path debian = debian();
    Assumptions.assumeTrue(
        run("id", "-u").equals("0\n"), "SKIPPED: installing a Debian package needs root");
    Path script = Installed.home().resolve("e2e/src/test/resources/machines/debian.sh");
    String out = run("bash", script.toString(), debian.toString(), directory.toString());
    assertThat(out)
        .contains("installed: install ok installed 0.1.0")
        .contains("user: outrigger, state: outrigger 750, version: outrigger 0.1.0")
        .contains("units verified: 0 remarks")
        .contains("proxy: hello from outrigger")
        .contains("reloaded: hello again")
        .contains("after a wrong one: hello again")
        .contains("stopped: nobody")
        .contains("control: ready, state: outrigger 600")
        .contains("kept: nonsense: true")
        .contains("purged: 0 left");
  }

  @Test
  void theDebianPackageIsWellFormed() throws Exception {
    Path debian = debian();
    assertThat(run("dpkg-deb", "--field", debian.toString()))
        .contains("Package: outrigger\n", "Version: 0.1.0\n", "Installed-Size: ", "Depends: ");
    List<String> files = run("dpkg-deb", "--contents", debian.toString()).lines().toList();
    assertThat(files).allMatch(line -> line.contains(" root/root "));
    assertThat(files)
        .anyMatch(line -> line.endsWith("./usr/lib/systemd/system/outrigger-sidecar.service"))
        .anyMatch(line -> line.endsWith("./etc/outrigger/proxy.yaml"))
        .anyMatch(line -> line.contains("./usr/bin/outrigger ->"))
        .noneMatch(line -> line.contains("-osx-") || line.contains("windows"));
  }

  @Test
  void eachArchiveHasItsPlatformsLibrariesOnly() throws Exception {
    String mac = run("tar", "tzf", PACKAGES.resolve("outrigger-0.1.0-macos.tar.gz").toString());
    assertThat(mac)
        .contains("native/libnetty_transport_native_kqueue_aarch_64.jnilib")
        .contains("native/libnetty_transport_native_kqueue_x86_64.jnilib")
        .contains("/bin/outrigger\n")
        .doesNotContain("epoll_x86_64.so", "/java/bin/java");
    String arm =
        run("tar", "tzf", PACKAGES.resolve("outrigger-0.1.0-linux-arm64.tar.gz").toString());
    assertThat(arm)
        .contains("native/libnetty_transport_native_epoll_aarch_64.so")
        .doesNotContain("x86_64.so", "jnilib");
  }

  @Test
  void theFormulaHasTheArchivesChecksum() throws Exception {
    String sum =
        run("sha256sum", PACKAGES.resolve("outrigger-0.1.0-macos.tar.gz").toString())
            .split(" ", 2)[0];
    assertThat(Files.readString(PACKAGES.resolve("outrigger.rb")))
        .contains("sha256 \"" + sum + "\"", "version \"0.1.0\"")
        .doesNotContain("@URL", "@VERSION", "@SHA256");
  }
}
