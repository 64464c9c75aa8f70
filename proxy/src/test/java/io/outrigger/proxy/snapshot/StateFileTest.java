package io.outrigger.proxy.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.outrigger.config.cluster.ClusterCompiler;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.VersionedResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
  @TempDir Path directory;

  private static ReceivedConfig received() {
    ReceivedConfig received = new ReceivedConfig();
    received.clusters().put(held("fixed", false));
    received.clusters().put(held("moving", true));
    return received;
  }

  private static Held<ClusterConfig> held(String name, boolean dynamic) {
    Cluster proto = Cluster.newBuilder().setName(name).build();
    ClusterConfig config = Objects.requireNonNull(ClusterCompiler.compile(proto).value());
    return new Held<>(name, config, proto, "v-" + name, dynamic, 0);
  }

  @Test
  void givesDynamicResourcesBack() throws Exception {
    StateFile file = new StateFile(directory);
    assertThat(file.load()).isEmpty();
    file.store(StateFile.encode(received()));
    Map<ResourceType, List<VersionedResource>> loaded = new StateFile(directory).load();
    assertThat(loaded.keySet()).containsExactly(ResourceType.CDS);
    VersionedResource cluster = loaded.get(ResourceType.CDS).getFirst();
    assertThat(cluster.name()).isEqualTo("moving");
    assertThat(cluster.version()).isEqualTo("v-moving");
    assertThat(Cluster.parseFrom(cluster.body().getValue()).getName()).isEqualTo("moving");
  }

  @Test
  void usesNothingOfAFileThatIsNotWhole() throws Exception {
    StateFile file = new StateFile(directory);
    byte[] good = StateFile.encode(received());
    Path path = directory.resolve("last-good-configuration");
    for (int cut = 0; cut < good.length; cut++) {
      Files.write(path, java.util.Arrays.copyOf(good, cut));
      assertThat(file.load()).as("cut at %d", cut).isEmpty();
    }
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(path, bad);
      assertThat(file.load()).as("flipped at %d", at).isEmpty();
    }
  }
}
