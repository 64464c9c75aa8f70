package io.outrigger.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An upstream's process that resets its connection at every byte of a request and of its response,
 * behind a sidecar with the mesh's defaults: a POST is executed at most once, a GET of whose
 * response nothing came succeeds, and no client takes a part for the whole.
 */
final class ResetsTest {
  private static final String WHOLE = "\r\n\r\nok";

  @TempDir private Path directory;

  @Test
  void atEveryByte() throws Exception {
    Map<String, String> services =
        Map.of("get1", "http", "post1", "http", "get2", "http2", "post2", "http2");
    try (CallerMesh mesh = new CallerMesh(directory, services, 1, "")) {
      List<Integer> ports =
          services.keySet().stream().map(name -> mesh.ports(name).get(0)).toList();
      mesh.start("upstream", ResettingUpstream.command(ports));
      for (String service : services.keySet()) {
        mesh.awaitHosts(service);
        mesh.await(
            service + " answers", () -> new Lane(mesh, service).ask().startsWith("HTTP/1.1 200"));
      }
      List<String> wrong =
          Stream.of("get1", "post1", "get2", "post2")
              .map(
                  service ->
                      CompletableFuture.supplyAsync(
                          () -> resets(mesh, service), task -> Thread.ofVirtual().start(task)))
              .toList()
              .stream()
              .flatMap(found -> found.join().stream())
              .toList();
      assertThat(wrong).isEmpty();
    }
  }

  private static List<String> resets(CallerMesh mesh, String service) {
    Lane lane = new Lane(mesh, service);
    List<String> wrong = new ArrayList<>();
    try (RawClient upstream = new RawClient(mesh.ports(service).get(0))) {
      upstream.send("!");
      int[] before = tell(upstream, "-");
      int first = before[0];
      int requests = 0;
      for (int reads = 1; reads < before[1]; reads++) {
        before = tell(upstream, reads + " 0");
        lane.check("reset at byte " + reads + " of the request", upstream, before[0], 0, wrong);
        requests++;
      }
      for (int writes = 0; writes < lane.responseLength(); writes++) {
        before = tell(upstream, Integer.MAX_VALUE + " " + writes);
        lane.check(
            "reset at byte " + writes + " of the response", upstream, before[0], writes, wrong);
        requests++;
      }
      assertThat(requests).isGreaterThan(200);
      int executed = tell(upstream, "-")[0] - first;
      if (lane.post && executed > requests) {
        wrong.add(service + ": " + executed + " executions of " + requests);
      }
    } catch (IOException e) {
      wrong.add(service + ": " + e);
    }
    return wrong;
  }

  /** How many requests were read whole, and how long the last one was. */
  private static int[] tell(RawClient upstream, String cut) throws IOException {
    upstream.send(cut + "\n");
    return Stream.of(upstream.line().split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  /** Requests of one method to one service. */
  private record Lane(CallerMesh mesh, String service, boolean post, boolean http2) {
    Lane(CallerMesh mesh, String service) {
      this(mesh, service, service.startsWith("post"), service.endsWith("2"));
    }

    int responseLength() {
      return ResettingUpstream.responseLength(http2);
    }

    String ask() throws IOException {
      String host = service + ":9080";
      try (RawClient client = new RawClient(mesh.proxy())) {
        client.send(
            (post ? "POST" : "GET")
                + " http://"
                + host
                + "/x HTTP/1.1\r\nhost: "
                + host
                + "\r\nconnection: close\r\n"
                + (post ? "content-length: 2\r\n\r\nhi" : "\r\n"));
        return client.rest();
      }
    }

    void check(String what, RawClient upstream, int before, int writes, List<String> wrong)
        throws IOException {
      String answer = ask();
      int executed = tell(upstream, "-")[0] - before;
      boolean head = writes >= ResettingUpstream.responseHead(http2);
      boolean whole = answer.startsWith("HTTP/1.1 200") && answer.endsWith(WHOLE);
      boolean right = post ? executed <= 1 && (!whole || executed == 1) : head || whole;
      if (!right || head && whole) {
        wrong.add(
            "%s of %s: executed %d times, answered %s"
                .formatted(what, service, executed, answer.replaceAll("\\s+", " ")));
      }
    }
  }
}
