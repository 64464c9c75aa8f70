package io.outrigger.control.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Change;
import io.outrigger.control.world.Applied;
import io.outrigger.control.world.WorldBuilder;
import io.outrigger.control.world.Worlds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files, every way of changing one. */
class FileSourceTest {
  @TempDir Path folder;
  private final LinkedBlockingQueue<Applied> applied = new LinkedBlockingQueue<>();
  private FileSource source;

  private static String service(String name, int port) {
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec:
          ports: [{name: http, port: %d}]
        """
        .formatted(name, port);
  }

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), service("a", 80));
    begin(folder);
    assertThat(next().changes()).hasSize(1);
  }

  private void begin(Path root) throws Exception {
    Worlds worlds = new Worlds(WorldBuilder.empty());
    worlds.onApplied(applied::add);
    source = new FileSource(List.of(root), new Ingest(worlds, MeshConfig.DEFAULT));
    source.start();
  }

  @AfterEach
  void stop() {
    source.close();
  }

  private Applied next() throws InterruptedException {
    Applied next = applied.poll(30, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private int port(Applied applied) {
    return applied.world().services().getFirst().ports().getFirst().number();
  }

  @Test
  void anEditInPlace() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), service("a", 81));
    Applied next = next();
    assertThat(port(next)).isEqualTo(81);
    assertThat(next.changes()).extracting(Change::type).containsExactly(Change.Type.CHANGED);
    assertThat(next.changes().getFirst().toString()).contains("Service default/a", "a.yaml:1:1");
    assertThat(next.sinceSeen()).isPositive();
  }

  @Test
  void aRenameOver() throws Exception {
    Path temporary = folder.resolve(".a.yaml.tmp");
    Files.writeString(temporary, service("a", 82));
    Files.move(temporary, folder.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
    assertThat(port(next())).isEqualTo(82);
  }

  @Test
  void aDeleteAndCreate() throws Exception {
    Path next83 = folder.resolve(".a.yaml.tmp");
    Files.writeString(next83, service("a", 83));
    Files.delete(folder.resolve("a.yaml"));
    Files.createLink(folder.resolve("a.yaml"), next83); // at once: no writing in between
    Applied next = next();
    // never seen as gone in between
    assertThat(next.changes()).extracting(Change::type).containsExactly(Change.Type.CHANGED);
    assertThat(port(next)).isEqualTo(83);
  }

  @Test
  void aDelete() throws Exception {
    Files.delete(folder.resolve("a.yaml"));
    assertThat(next().changes()).extracting(Change::type).containsExactly(Change.Type.REMOVED);
  }

  @Test
  void aNewFileInANewFolder() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.writeString(inner.resolve("b.yml"), service("b", 90));
    assertThat(next().changes()).extracting(Change::type).containsExactly(Change.Type.ADDED);
  }

  @Test
  void theSymlinkSwapOfAConfigMapVolume() throws Exception {
    stop();
    Path volume = Files.createDirectory(folder.resolve("volume"));
    Path first = Files.createDirectory(volume.resolve("..one"));
    Path second = Files.createDirectory(volume.resolve("..two"));
    Files.writeString(first.resolve("c.yaml"), service("c", 70));
    Files.writeString(second.resolve("c.yaml"), service("c", 71));
    Files.createSymbolicLink(volume.resolve("..data"), Path.of("..one"));
    Files.createSymbolicLink(volume.resolve("c.yaml"), Path.of("..data", "c.yaml"));
    begin(volume);
    assertThat(port(next())).isEqualTo(70);
    Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of("..two"));
    Files.move(
        volume.resolve("..data_tmp"), volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    Applied next = next();
    assertThat(port(next)).isEqualTo(71);
    assertThat(next.changes()).hasSize(1);
  }

  @Test
  void aHalfWrittenFileKeepsTheLastGood() throws Exception {
    Files.writeString(
        folder.resolve("a.yaml"), "apiVersion: v1\nkind: Service\nmetadata: {name: a");
    Applied broken = next();
    assertThat(broken.changes()).isEmpty();
    assertThat(port(broken)).isEqualTo(80);
    assertThat(broken.newProblems()).hasSize(1);
    assertThat(broken.newProblems().getFirst().toString()).contains("a.yaml:3:");
    Files.writeString(folder.resolve("a.yaml"), service("a", 84));
    Applied healed = next();
    assertThat(port(healed)).isEqualTo(84);
    assertThat(healed.problems()).isEmpty();
  }

  @Test
  void aSlowWriterIsNotBelievedHalfWay() throws Exception {
    // emptied first, as many editors do; the content follows in its own time
    Files.write(folder.resolve("a.yaml"), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
    Files.writeString(folder.resolve("a.yaml"), service("a", 85));
    Applied next = next();
    assertThat(next.changes()).extracting(Change::type).containsExactly(Change.Type.CHANGED);
    assertThat(port(next)).isEqualTo(85);
  }

  @Test
  void aRefusedResourceHoldsUpNoOther() throws Exception {
    Files.writeString(
        folder.resolve("b.yaml"),
        service("b", 90).replace("ports:", "prots:") + "---\n" + service("c", 91));
    Applied next = next();
    assertThat(next.changes()).extracting(change -> change.id().name()).containsExactly("c");
    assertThat(next.newProblems())
        .anySatisfy(
            problem ->
                assertThat(problem.toString())
                    .contains("b.yaml:5:3", "spec.prots", "did you mean \"ports\"?"));
  }
}
