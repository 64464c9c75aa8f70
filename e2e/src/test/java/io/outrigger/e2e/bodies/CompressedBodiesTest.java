package io.outrigger.e2e.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A body of a gigabyte that a proxy compresses and decompresses again, for a client that stops
 * reading for a while: the most memory that the process ever had stays within a bound. So it does
 * where the body is a bomb, which is cut off.
 */
final class CompressedBodiesTest {
  private static final long GIGABYTE = 1L << 30;
  private static final long BEFORE_THE_PAUSE = 1 << 20;

  /** What bodies may add to what a small one has needed; buffers, and code compiled meanwhile. */
  private static final long MORE_KILOBYTES = 70 << 10;

  @TempDir private static Path directory;
  private static BodyUpstream upstream;
  private static ProxyUnderTest proxy;

  @BeforeAll
  static void start() throws IOException {
    upstream = new BodyUpstream(GIGABYTE);
    List<Integer> free = FreePorts.find(3);
    Map<String, Integer> ports = new HashMap<>();
    ports.put("admin", free.get(0));
    ports.put("in", free.get(1));
    ports.put("out", free.get(2));
    ports.put("upstream", upstream.port());
    String yaml;
    try (InputStream in = CompressedBodiesTest.class.getResourceAsStream("/bodies/proxy.yaml")) {
      yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      yaml = yaml.replace("{{" + port.getKey() + "}}", port.getValue().toString());
    }
    proxy = ProxyUnderTest.outrigger(yaml, ports, directory);
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "zstd"})
  void aGigabyteInBoundedMemory(String coding) throws Exception {
    read("/words", coding, 20 * BEFORE_THE_PAUSE, false);
    long before = mostKilobytes();
    assertThat(read("/words", coding, GIGABYTE, true)).isEqualTo(GIGABYTE);
    assertThat(mostKilobytes() - before).as("kilobytes more").isLessThan(MORE_KILOBYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "zstd"})
  void aBombIsCutOff(String coding) throws Exception {
    long before = mostKilobytes();
    long bombs = bombs();
    assertThat(read("/zeros", coding, GIGABYTE, false)).isLessThan(GIGABYTE / 100);
    assertThat(bombs()).isEqualTo(bombs + 1);
    assertThat(upstream.written()).isLessThan(GIGABYTE);
    assertThat(mostKilobytes() - before).as("kilobytes more").isLessThan(MORE_KILOBYTES);
  }

  /** How many bytes of the body came, until so many have, or the end. */
  private static long read(String path, String coding, long atMost, boolean pause)
      throws IOException {
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(1 << 16);
      client.setSoTimeout(60_000);
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port("out")));
      String request =
          "GET %s HTTP/1.0\r\nhost: h\r\naccept-encoding: %s\r\n\r\n".formatted(path, coding);
      client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = client.getInputStream();
      skipHead(in);
      byte[] buffer = new byte[1 << 16];
      long length = 0;
      boolean paused = !pause;
      while (length < atMost) {
        int more = in.read(buffer);
        if (more < 0) {
          break;
        }
        length += more;
        if (!paused && length >= BEFORE_THE_PAUSE) {
          paused = true;
          awaitStandstill();
        }
      }
      return length;
    } catch (java.net.SocketException e) {
      return 0; // reset
    }
  }

  private static void skipHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        return;
      }
      head.append((char) b);
    }
  }

  /** Waits until the upstream can't write for half a second. */
  private static void awaitStandstill() {
    long[] seen = {-1, 0};
    Await.until(
        "the upstream stands still",
        Duration.ofSeconds(60),
        () -> {
          long now = upstream.written();
          seen[1] = now == seen[0] ? seen[1] + 1 : 0;
          seen[0] = now;
          return seen[1] == 50;
        });
    assertThat(seen[0]).as("written while nobody reads").isLessThan(GIGABYTE / 2);
  }

  /** How many bodies could not be decompressed. */
  private static long bombs() throws IOException {
    return proxy
        .admin("/stats?filter=decompressor_library.*_error")
        .lines()
        .filter(line -> line.startsWith("http.out.") && line.matches(".*_error: \\d+"))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The most resident memory that the process has had. */
  private static long mostKilobytes() throws IOException {
    long pid = proxy.program().pid();
    long most =
        Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .map(line -> line.replaceAll("\\D", ""))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElseThrow();
    return most;
  }
}
