package io.outrigger.e2e.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a proxy's process doesn't carry. With Bouncy Castle, which only who issues certificates
 * needs, Netty would load all of its services: 8 MB in every sidecar.
 */
class ClassPathTest {
  @TempDir private Path directory;

  private static String jars(String process) throws IOException {
    return Files.readString(
        Installed.home().resolve("dist/target/outrigger/" + process + ".classpath"));
  }

  @Test
  void aProxyHasNoCertificateAuthority() throws IOException {
    assertThat(jars("proxy")).contains("netty-handler").doesNotContain("jdk18on", "fabric8");
    assertThat(jars("control")).contains("bcpkix-jdk18on");
  }

  /** Each that a start opens takes milliseconds, and its directory's bytes stay on the heap. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aStartOpensFewJars() throws Exception {
    Path cache = directory.resolve("proxy.aot");
    try (Program training =
        Program.start(
            "training",
            List.of(Installed.outrigger(), "train", cache.toString()),
            Map.of("OUTRIGGER_BUILD", "never"),
            directory.resolve("training.log"))) {
      assertThat(training.awaitExit(Duration.ofSeconds(120))).as(training.output()).isZero();
    }
    List<Integer> ports = FreePorts.find(2);
    Path config =
        Files.writeString(
            directory.resolve("proxy.yaml"),
            """
            admin:
              address: {socket_address: {address: 127.0.0.1, port_value: %d}}
            static_resources:
              listeners:
              - address: {socket_address: {address: 127.0.0.1, port_value: %d}}
                filter_chains:
                - filters:
                  - name: http
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: front
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - match: {prefix: /}
                            direct_response: {status: 200}
                      http_filters:
                      - name: router
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
            """
                .formatted(ports.get(0), ports.get(1)));
    try (Program proxy =
        Program.start(
            "proxy",
            List.of(Installed.outrigger(), "proxy", "-c", config.toString(), "-l", "warning"),
            Map.of(
                "OUTRIGGER_BUILD", "never",
                "OUTRIGGER_AOT", "off",
                "OUTRIGGER_JAVA_OPTS", "-XX:AOTCache=" + cache),
            directory.resolve("proxy.log"))) {
      Await.until(
          "the proxy answers",
          Duration.ofSeconds(30),
          () -> {
            try (RawClient client = new RawClient(ports.get(1))) {
              client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
              return client.line().contains(" 200 ");
            }
          });
      List<String> open = new ArrayList<>();
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(Path.of("/proc/" + proxy.pid() + "/fd"))) {
        for (Path file : files) {
          try {
            String name = Files.readSymbolicLink(file).getFileName().toString();
            if (name.endsWith(".jar")) {
              open.add(name);
            }
          } catch (NoSuchFileException _) {
            // the connection of the request, which has just been closed
          }
        }
      }
      assertThat(open)
          .as("a class that the cache lacks, or one that is nowhere, opens jars in turn")
          .hasSizeLessThanOrEqualTo(2);
    }
  }
}
