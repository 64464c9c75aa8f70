package io.outrigger.proxy.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodLabelsTest {
  @TempDir private Path directory;

  @Test
  void readsWhatTheDownwardApiWrites() throws Exception {
    Files.writeString(
        directory.resolve("labels"), "app=\"reviews\"\napp.kubernetes.io/name=\"a=b\"\nempty=\"\"");

    assertThat(PodLabels.read(directory))
        .isEqualTo(Map.of("app", "reviews", "app.kubernetes.io/name", "a=b", "empty", ""));
  }

  @Test
  void saysWhichLineIsWrong() throws Exception {
    Files.writeString(directory.resolve("labels"), "app=\"reviews\"\nversion=v1\n");

    assertThatThrownBy(() -> PodLabels.read(directory))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("labels:2 is \"version=v1\"");
    assertThatThrownBy(() -> PodLabels.read(directory.resolve("none")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("can't be read");
  }
}
