package io.outrigger.e2e.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.e2e.Page;
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

/** The packages of bin/package, and what their page says of them. */
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

  /** As docs/getting-started-machines.md says, on a machine whose systemd is real. */
  @Test
  void thePagesCommandsAndTheUnitsLives() throws Exception {
    Page page = new Page("../getting-started-machines.md");
    String package_ = debian().getFileName().toString();
    try (Machine machine = Machine.start(directory, PACKAGES)) {
      String install = page.command("apt install");
      assertThat(install).endsWith("./" + package_);
      machine.run(install.replace("install", "install --yes"));
      assertThat(machine.run("dpkg-query -W -f '${Status} ${Version}' outrigger; id -un outrigger"))
          .isEqualTo("install ok installed 0.1.0outrigger\n");
      assertThat(
              machine.run(
                  "systemd-analyze verify --man=no outrigger-{proxy,sidecar,control}.service"))
          .doesNotContain("outrigger");
      assertThat(
              machine.tryRun("systemctl list-units --all --plain 'outrigger-*' | grep -c running"))
          .isEqualTo("0\n");
      proxy(page, machine);
      join(page, machine);

      // the same version again: it takes what runs over, and keeps what was configured
      machine.run("dpkg -i ./" + package_);
      machine.await("systemctl is-active outrigger-control", "active");
      assertThat(machine.run("cat /etc/outrigger/control.env")).contains("mesh.example");
      machine.run("apt purge --yes outrigger");
      assertThat(machine.tryRun("pgrep -c java")).isEqualTo("0\n");
      assertThat(
              machine.tryRun(
                  "ls -d /etc/outrigger /var/lib/outrigger /usr/lib/outrigger /usr/bin/outrigger; id outrigger"))
          .isEmpty();
      String unpack = page.command("tar xzf");
      assertThat(machine.run("cp outrigger-*.tar.gz /tmp && cd /tmp && " + unpack))
          .contains("Usage: outrigger");
    }
  }

  private static void proxy(Page page, Machine machine) throws Exception {
    String call = page.command("127.0.0.1:10000");
    String file = "/etc/outrigger/proxy.yaml";
    machine.run(page.command("--now outrigger-proxy"));
    machine.await(call, "hello from outrigger");
    String first = machine.run("systemctl show --property MainPID outrigger-proxy");
    machine.run("sed -i 's/hello from outrigger/hello again/' " + file);
    machine.run(page.command("reload outrigger-proxy"));
    machine.await(call, "hello again");
    machine.run("echo 'nonsense: true' >>" + file);
    machine.run(page.command("reload outrigger-proxy"));
    machine.await("journalctl --unit outrigger-proxy", "the one before goes on");
    assertThat(machine.run(call)).isEqualTo("hello again\n");
    assertThat(machine.run("systemctl show --property MainPID outrigger-proxy")).isEqualTo(first);
    // what the unit takes away from it is away: the bounding set is CAP_NET_BIND_SERVICE, and calls
    // are filtered
    assertThat(
            machine.run(
                "grep -hE '^(CapBnd|NoNewPrivs|Seccomp):' /proc/$(pgrep -nu outrigger java)/status"))
        .isEqualTo("CapBnd:\t0000000000000400\nNoNewPrivs:\t1\nSeccomp:\t2\n");
    machine.run("sed -i '$d' " + file + " && systemctl stop outrigger-proxy");
    assertThat(machine.tryRun(call)).isEmpty();
    assertThat(machine.run("journalctl --unit outrigger-proxy")).doesNotContain("SIGKILL");
  }

  private static void join(Page page, Machine machine) throws Exception {
    machine.run("echo 127.0.0.1 mesh.example >>/etc/hosts");
    machine.run(
        "mkdir /tmp/app && echo hello >/tmp/app/index.html"
            + " && systemd-run --unit app python3 -m http.server 8080 --directory /tmp/app");
    machine.run(page.command("mesh.example/' /etc"));
    machine.run(page.command("--now outrigger-control"));
    machine.run(page.command("cart.yaml"));
    machine.await("curl -s http://127.0.0.1:15014/ready", "ready");
    assertThat(machine.run("stat -c '%U %a' /var/lib/outrigger/control/ca-key.pem"))
        .isEqualTo("outrigger 600\n");
    String join = machine.run(page.command("outrigger token")).strip();
    assertThat(join)
        .matches(
            "outrigger join --control mesh.example:15012 --ca-fingerprint sha256:\\S+ --token \\S+ --service cart --app-port PORT");
    machine.run(join.replace("PORT", "8080") + " >/etc/outrigger/mesh/cart-1.yaml");
    machine.run(page.command("--now outrigger-sidecar"));
    machine.await(page.command("127.0.0.1:15006"), "hello");
    machine.await("curl -s http://127.0.0.1:15014/debug/syncz", "cart");
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
