package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.RawClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A POST each time that an upstream is about to close its idle connection: after the first such
 * close none goes where it would be lost.
 */
class IdleRaceTest {
  private static final long IDLE_MILLIS = 300;
  private static final int ROUNDS = 15;

  @TempDir Path directory;

  @Test
  void noPostMeetsAnIdleConnectionThatCloses() throws Exception {
    try (EchoUpstream upstream = EchoUpstream.start("u", Duration.ofMillis(IDLE_MILLIS));
        Proxy proxy = RoutingProxy.start(directory, upstream.port(), "");
        RawClient client = new RawClient(ListenerPort.of(proxy, "http"))) {
      assertThat(post(client)).startsWith("HTTP/1.1 200");
      Await.until(
          "the first idle close", Duration.ofSeconds(10), () -> upstream.connections() == 0);
      for (int i = 0; i < ROUNDS; i++) {
        assertThat(post(client)).startsWith("HTTP/1.1 200");
        // 8 ms before the upstream's time-out, to 6 ms after it
        long next = System.nanoTime() + (IDLE_MILLIS - 8 + i) * 1_000_000L;
        for (long left = 1; left > 0; left = next - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      }
      assertThat(post(client)).startsWith("HTTP/1.1 200");
    }
  }

  private static String post(RawClient client) throws Exception {
    client.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\nhi");
    return client.response(false);
  }
}
