package io.outrigger.proxy.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.identity.KeyFiles;
import io.outrigger.testkit.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sidecar trusts while one root follows another. */
class TrustedRootsTest {
  @TempDir private Path directory;
  private final TestCa a = new TestCa("a");
  private final TestCa b = new TestCa("b");

  private Path write(String name, TestCa... cas) throws Exception {
    StringBuilder text = new StringBuilder();
    for (TestCa ca : cas) {
      text.append(ca.pem());
    }
    Path file = directory.resolve(name);
    KeyFiles.writePublic(file, text.toString());
    return file;
  }

  private TrustedRoots open(Path file) throws Exception {
    return new TrustedRoots(file, directory.resolve("state"));
  }

  @Test
  void theFilesAreTrustedAndThoseThatTheControlPlaneNames() throws Exception {
    TrustedRoots roots = open(write("roots.pem", a));
    assertThat(roots.all()).containsExactly(a.certificate());
    roots.tell(List.of(b.certificate(), a.certificate()));
    assertThat(roots.all()).containsExactlyInAnyOrder(a.certificate(), b.certificate());
    roots.tell(List.of(b.certificate()));
    assertThat(roots.all())
        .as("as long as the file has it")
        .containsExactlyInAnyOrder(a.certificate(), b.certificate());
    write("roots.pem", b);
    assertThat(roots.look()).isTrue();
    assertThat(roots.all()).containsExactly(b.certificate());
    roots.tell(List.of());
    assertThat(roots.all()).containsExactly(b.certificate());
  }

  @Test
  void aFileThatChangesIsReadAgain() throws Exception {
    Path file = write("roots.pem", a);
    TrustedRoots roots = open(file);
    assertThat(roots.look()).isFalse();
    write("roots.pem", a, b);
    assertThat(roots.look()).isTrue();
    assertThat(roots.look()).isFalse();
    assertThat(roots.all()).containsExactly(a.certificate(), b.certificate());
    Files.writeString(file, "rubbish");
    assertThat(roots.look()).isFalse();
    Files.delete(file);
    assertThat(roots.look()).isFalse();
    assertThat(roots.all()).as("stay").containsExactly(a.certificate(), b.certificate());
    write("roots.pem", b);
    assertThat(roots.look()).isTrue();
    assertThat(roots.all()).containsExactly(b.certificate());
  }

  @Test
  void aFileOfAMountedConfigMapChangesByALink() throws Exception {
    Files.createDirectories(directory.resolve("..1"));
    Files.createDirectories(directory.resolve("..2"));
    write("..1/root-cert.pem", a);
    write("..2/root-cert.pem", a, b);
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..1"));
    Path file = directory.resolve("root-cert.pem");
    Files.createSymbolicLink(file, Path.of("..data/root-cert.pem"));
    TrustedRoots roots = open(file);
    Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2"));
    Files.move(
        directory.resolve("..data_tmp"),
        directory.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE);
    assertThat(roots.look()).isTrue();
    assertThat(roots.all()).containsExactly(a.certificate(), b.certificate());
  }

  @Test
  void inItsOwnFileThatIsTrustedWhichTheControlPlaneNamedLast() throws Exception {
    Path file = write("state/root-cert.pem", a);
    TrustedRoots roots = open(file);
    assertThat(roots.all()).containsExactly(a.certificate());
    roots.tell(List.of(b.certificate()));
    write("state/root-cert.pem", b);
    assertThat(roots.all()).containsExactly(b.certificate());
    assertThat(roots.look()).isFalse();
    write("state/root-cert.pem", b, a); // by hand
    assertThat(roots.look()).isTrue();
    assertThat(roots.all()).containsExactly(b.certificate(), a.certificate());
  }

  @Test
  void oneThatCannotBeReadAtTheStartIsAnError() throws Exception {
    assertThatThrownBy(() -> open(directory.resolve("none.pem")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("none.pem can't be read")
        .hasMessageContaining("it is root-cert.pem in the control plane's --state-dir");
    Path file = Files.writeString(directory.resolve("rubbish.pem"), "rubbish");
    assertThatThrownBy(() -> open(file)).hasMessageContaining("there is no CERTIFICATE block");
  }
}
