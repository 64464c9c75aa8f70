package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.RawClient;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy that is told to end while callers don't know it yet. */
class DrainAfterTest {
  @TempDir private Path directory;

  @Test
  void newCallersAreServedUntilAllIsQuiet() throws Exception {
    try (EchoUpstream app = EchoUpstream.start("app");
        Proxy proxy = RoutingProxy.start(directory, app.port(), "")) {
      int port =
          ((InetSocketAddress) proxy.listeners().getFirst().addresses().getFirst()).getPort();
      proxy.drainAfter(Duration.ofSeconds(2));
      assertThat(RawClient.get(port, "/a")).startsWith("HTTP/1.1 200");
      try (RawClient slow = new RawClient(port)) {
        // begun before the minimum is over, and hanging: the end waits for it
        slow.send("GET /b HTTP/1.1\r\nhost: h\r\nx-fake-hang: 1\r\n\r\n");
        Await.until("it is under way", Duration.ofSeconds(10), () -> app.requests() == 2);
        assertThat(RawClient.get(port, "/c")).startsWith("HTTP/1.1 200");
        assertThat(proxy.closed().isDone()).isFalse();
      }
      Await.until("it has closed", Duration.ofSeconds(30), () -> proxy.closed().isDone());
    }
  }
}
