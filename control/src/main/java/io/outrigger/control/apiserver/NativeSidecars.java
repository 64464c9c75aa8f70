package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a cluster's nodes know init containers that go on running (on by default from 1.29), and
 * hooks that sleep (from 1.30). Asked again from time to time, since clusters are upgraded. Any
 * thread.
 */
final class NativeSidecars {
  private static final int SINCE = 30;

  /** A node is at most three versions behind its API server. */
  private static final int BEHIND = 3;

  private static final Duration AGE = Duration.ofMinutes(5);
  private static final Pattern VERSION = Pattern.compile("v?1\\.([0-9]{1,4}).*");

  private final KubernetesClient client;
  private final InstantSource clock;
  private boolean known;
  private Instant asked = Instant.MIN;

  NativeSidecars(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  synchronized boolean everywhere() {
    Instant now = clock.instant();
    if (asked.isBefore(now.minus(AGE))) {
      known = ask();
      asked = now;
    }
    return known;
  }

  private boolean ask() {
    int server = minor(client.getKubernetesVersion().getGitVersion());
    if (server >= SINCE + BEHIND) {
      return true;
    }
    try {
      return server >= SINCE
          && client.nodes().list().getItems().stream().allMatch(NativeSidecars::has);
    } catch (KubernetesClientException e) {
      return false; // nodes may not be read: an old cluster's are taken for old ones
    }
  }

  private static boolean has(Node node) {
    return minor(node.getStatus().getNodeInfo().getKubeletVersion()) >= SINCE;
  }

  /** 33 of v1.33.2; of what can't be read, 0. */
  static int minor(String version) {
    Matcher matcher = VERSION.matcher(version);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
