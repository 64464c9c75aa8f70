package io.outrigger.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.outrigger.proxy.http1.Http1ClientFuzz;
import io.outrigger.proxy.http1.Http1ServerFuzz;
import io.outrigger.proxy.http2.Http2ServerFuzz;
import io.outrigger.proxy.http2.hpack.HpackFuzz;
import io.outrigger.proxy.istio.PeerExchangeFuzz;
import io.outrigger.proxy.listener.InspectorFuzz;
import io.outrigger.proxy.pool.ProxyConnectFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each fuzz target on its corpus, and on the corpus with a few bytes changed; {@code bin/fuzz}
 * looks for more.
 */
final class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final int CHANGED = 200;

  /** A target. */
  interface Target {
    void run(byte[] data) throws Exception;
  }

  private static final Map<String, Target> TARGETS =
      Map.of(
          "Http1ServerFuzz", Http1ServerFuzz::fuzzerTestOneInput,
          "Http1ClientFuzz", Http1ClientFuzz::fuzzerTestOneInput,
          "Http2ServerFuzz", Http2ServerFuzz::fuzzerTestOneInput,
          "HpackFuzz", HpackFuzz::fuzzerTestOneInput,
          "InspectorFuzz", InspectorFuzz::fuzzerTestOneInput,
          "PeerExchangeFuzz", PeerExchangeFuzz::fuzzerTestOneInput,
          "ProxyConnectFuzz", ProxyConnectFuzz::fuzzerTestOneInput,
          "BootstrapFuzz", BootstrapFuzz::fuzzerTestOneInput);

  static Stream<String> targets() {
    return TARGETS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void theCorpus(String name) throws IOException {
    Target target = TARGETS.get(name);
    List<Path> files;
    try (Stream<Path> all = Files.list(CORPUS.resolve(name))) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      run(target, bytes, file.toString());
      Random random = new Random(file.getFileName().toString().hashCode());
      for (int i = 0; i < CHANGED / files.size() + 1; i++) {
        byte[] changed = bytes.clone();
        for (int j = 0; j < 3 && changed.length > 0; j++) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        run(target, changed, file + " changed, turn " + i);
      }
    }
  }

  private static void run(Target target, byte[] bytes, String what) {
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> target.run(bytes), what);
  }
}
