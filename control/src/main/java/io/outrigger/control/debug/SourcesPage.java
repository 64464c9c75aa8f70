package io.outrigger.control.debug;

import io.outrigger.control.apiserver.ApiServer;

/** What the control plane watches in a cluster. */
public final class SourcesPage {
  private SourcesPage() {}

  /** A line a kind: its name, and "watched" or why it isn't: then what was seen last is served. */
  public static String text(ApiServer cluster) {
    StringBuilder out = new StringBuilder(cluster.address()).append('\n');
    cluster
        .state()
        .forEach(
            (kind, trouble) ->
                out.append(kind)
                    .append(": ")
                    .append(trouble.isEmpty() ? "watched" : "STALE, " + trouble)
                    .append('\n'));
    return out.toString();
  }
}
