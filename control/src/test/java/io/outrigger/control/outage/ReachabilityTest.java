package io.outrigger.control.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final String REFUSED = "ConnectException: Connection refused";

  private Instant now = START;
  private final List<String> log = new ArrayList<>();
  private final Reachability server =
      new Reachability("192.0.2.1:6443", () -> now, (level, said) -> log.add(level + " " + said));

  @Test
  void oneSentenceWhenItGoesAndOneWhenItIsBack() {
    server.answered(true);
    passes(10);
    server.missed(REFUSED);
    assertThat(log).isEmpty(); // once is nothing
    assertThat(metrics()).contains("outrigger_kubernetes_reachable 1\n");
    passes(1);
    server.missed(REFUSED);
    assertThat(log)
        .containsExactly(
            "WARNING the API server 192.0.2.1:6443 is away since 2030-01-01T00:00:10Z: "
                + REFUSED
                + ". Proxies go on with what they have, and those that connect get what is known;"
                + " nothing new of the cluster is seen, no status is written and no Lease kept"
                + " until it is back. See whether it runs, and whether this machine reaches"
                + " 192.0.2.1:6443");
    assertThat(server.trouble()).isEqualTo("since 2030-01-01T00:00:10Z: " + REFUSED);
    passes(41);
    assertThat(metrics())
        .contains("outrigger_kubernetes_reachable 0\n")
        .contains("outrigger_kubernetes_stale_seconds 42\n");

    server.answered(false);
    assertThat(log).hasSize(2);
    assertThat(log.getLast())
        .isEqualTo("INFO the API server 192.0.2.1:6443 is back; it was away for 42 s");
    assertThat(server.trouble()).isEmpty();
    // what changed meanwhile isn't seen before its watches are back
    assertThat(metrics())
        .contains("outrigger_kubernetes_reachable 1\n")
        .contains("outrigger_kubernetes_stale_seconds 42\n");
    passes(1);
    server.answered(true);
    assertThat(metrics()).contains("outrigger_kubernetes_stale_seconds 0\n");
    assertThat(log).hasSize(2);
  }

  @Test
  void isSaidAgainEverMoreSeldom() {
    server.answered(true);
    List<Long> minutes = new ArrayList<>();
    for (int second = 0; second < 8 * 3600; second++) {
      int before = log.size();
      server.missed(REFUSED);
      if (log.size() > before && log.size() > 1) {
        minutes.add(Duration.between(START, now).toMinutes());
        assertThat(log.getLast())
            .isEqualTo(
                "WARNING the API server 192.0.2.1:6443 is still away, for "
                    + (minutes.size() == 1 ? "61 s" : minutes.getLast() + " min")
                    + ": "
                    + REFUSED);
      }
      passes(1);
    }
    // after 1 minute, then 2, 4, 8, 16, 32 and each hour
    assertThat(minutes)
        .containsExactly(1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L, 243L, 303L, 363L, 423L);
  }

  @Test
  void oneThatNeverAnsweredIsSaidToHaveNothingKnown() {
    passes(3);
    server.missed(REFUSED);
    passes(1);
    server.missed(REFUSED);
    assertThat(log).hasSize(1);
    assertThat(log.getFirst())
        .contains("hasn't answered since this control plane began, 2030-01-01T00:00:00Z: ")
        .contains("no proxy is served before it answers");
  }

  @Test
  void whatFailsForThatReasonIsNotSaidBesides() {
    server.answered(true);
    server.failed("pods v1 can't be watched", new ConnectException("Connection refused"));
    server.missed(REFUSED);
    server.missed(REFUSED);
    server.failed("the status of x can't be written", new IOException("closed"));
    server.answered(true);
    passes(5);
    server.failed("nodes v1 can't be watched", new IOException("timed out")); // asked meanwhile
    server.answered(true);
    assertThat(log).hasSize(2);

    // but where the server answers otherwise, that one thing is wrong
    passes(60);
    server.failed("pods v1 can't be watched", new IOException("request timed out"));
    server.answered(true);
    assertThat(log.getLast())
        .isEqualTo("WARNING pods v1 can't be watched: IOException: request timed out");
    server.failed("pods v1 can't be watched", new IOException("request timed out"));
    server.answered(true);
    assertThat(log).hasSize(3); // once a minute
  }

  @Test
  void aRuleThatIsMissingIsNamedEvenWhileItIsAway() {
    server.answered(true);
    server.missed(REFUSED);
    server.missed(REFUSED);
    server.failed(
        "services v1 can't be watched",
        new IOException(
            "wrapped",
            answered(
                403,
                "services is forbidden: User \"system:serviceaccount:outrigger-system:control\""
                    + " cannot list resource \"services\" in API group \"\" at the cluster"
                    + " scope")));
    server.failed(
        "Lease",
        answered(
            403,
            "leases.coordination.k8s.io \"outrigger-status\" is forbidden: User \"jane\" cannot"
                + " update resource \"leases\" in API group \"coordination.k8s.io\" in the"
                + " namespace \"outrigger-system\""));
    assertThat(log.subList(1, 3))
        .containsExactly(
            "WARNING services v1 can't be watched: forbidden (403):"
                + " system:serviceaccount:outrigger-system:control may not list services; its"
                + " ClusterRole lacks the rule {apiGroups: [\"\"], resources: [services], verbs:"
                + " [list]}",
            "WARNING Lease: forbidden (403): jane may not update leases in namespace"
                + " outrigger-system; its Role there, or its ClusterRole, lacks the rule"
                + " {apiGroups: [\"coordination.k8s.io\"], resources: [leases], verbs: [update]}");
  }

  @Test
  void theLibrarysLogIsOneLineWithoutTraces() {
    server.answered(true);
    ClientLog library = new ClientLog(server);
    LogRecord lease = new LogRecord(Level.WARNING, "Exception occurred while acquiring a lock");
    lease.setLoggerName("io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector");
    lease.setThrown(answered(404, "namespaces \"outrigger-system\" not found"));
    library.publish(lease);
    library.publish(lease);
    LogRecord socket = new LogRecord(Level.WARNING, "Queued close did not succeed");
    socket.setLoggerName("io.fabric8.kubernetes.client.jdkhttp.JdkWebSocketImpl");
    socket.setThrown(new IllegalArgumentException("statusCode"));
    library.publish(socket);
    assertThat(log)
        .containsExactly(
            "WARNING LeaderElector: Exception occurred while acquiring a lock: namespaces"
                + " \"outrigger-system\" not found (404)");
  }

  private static KubernetesClientException answered(int code, String message) {
    return new KubernetesClientException(
        new StatusBuilder().withCode(code).withMessage(message).build());
  }

  private void passes(long seconds) {
    now = now.plusSeconds(seconds);
  }

  private String metrics() {
    StringBuilder out = new StringBuilder();
    server.print(out);
    return out.toString();
  }
}
