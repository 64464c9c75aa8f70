package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.worker.Worker;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.RawClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Timers of exchanges run on from one request to the next; but when nobody is connected any more
 * they hold nothing, for it may belong to a configuration that was replaced.
 */
final class TimersLetGoTest {
  @TempDir Path directory;

  private static int held(Worker worker) throws Exception {
    return worker.loop().submit(() -> worker.timers().held()).get();
  }

  @Test
  void ofExchangesWhenNobodyIsConnected() throws Exception {
    try (EchoUpstream upstream = EchoUpstream.start("one");
        Proxy proxy = RoutingProxy.start(directory, upstream.port(), "")) {
      Worker worker = proxy.workers().traffic().getFirst();
      int before = held(worker);
      try (RawClient client = new RawClient(ListenerPort.of(proxy, "http"))) {
        for (int i = 0; i < 3; i++) {
          client.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
          assertThat(client.response(false)).startsWith("HTTP/1.1 200");
        }
        assertThat(held(worker)).isGreaterThanOrEqualTo(before + 2); // idle and response
      }
      Await.until(
          "the timers to hold what they held",
          Duration.ofSeconds(20),
          () -> held(worker) <= before + 1); // the connection that is kept to the upstream
    }
  }
}
