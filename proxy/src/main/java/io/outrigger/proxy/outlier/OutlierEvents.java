package io.outrigger.proxy.outlier;

import io.outrigger.api.schema.JsonWriter;
import io.outrigger.proxy.log.EventLogs;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Logs ejections and their end: an OutlierDetectionEvent of Envoy's data.cluster.v3, a line each.
 */
public final class OutlierEvents {
  private final String cluster;
  private final Consumer<String> lines;
  private final LongSupplier epochMillis;

  /** Events of this cluster go to {@code lines}. */
  public OutlierEvents(String cluster, Consumer<String> lines, LongSupplier epochMillis) {
    this.cluster = cluster;
    this.lines = lines;
    this.epochMillis = epochMillis;
  }

  /**
   * A host was found to fail.
   *
   * @param lastActionMillis how long ago the host was ejected or let in; below zero: never
   * @param enforced whether it is ejected for it
   */
  void ejected(
      String host, Evidence evidence, long lastActionMillis, int ejections, boolean enforced) {
    JsonWriter out = begin(evidence.kind(), host, lastActionMillis, "EJECT", ejections, enforced);
    evidence.write(out);
    lines.accept(out.endObject().toString());
  }

  /** It is let in again. */
  void let(String host, long lastActionMillis, int ejections) {
    lines.accept(
        begin(Ejection.CONSECUTIVE_5XX, host, lastActionMillis, "UNEJECT", ejections, false)
            .endObject()
            .toString());
  }

  private JsonWriter begin(
      Ejection kind,
      String host,
      long lastActionMillis,
      String action,
      int ejections,
      boolean enforced) {
    JsonWriter out = new JsonWriter(false);
    out.beginObject().name("type").value(kind.eventType());
    out.name("timestamp").value(EventLogs.time(epochMillis.getAsLong()));
    if (lastActionMillis >= 0) {
      out.name("secs_since_last_action").value(Long.toString(lastActionMillis / 1000));
    }
    out.name("cluster_name").value(cluster).name("upstream_url").value(host);
    out.name("action").value(action).name("num_ejections").value(ejections);
    return out.name("enforced").value(enforced);
  }
}
