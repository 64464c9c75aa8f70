package io.outrigger.proxy.istio;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.filter.IstioStatsConfig;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.Tag;
import io.outrigger.proxy.stats.TaggedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Istio's metrics of this process: who it is, and how many series there are. Any thread.
 *
 * <p>Labels come from peers and clients, so there is a limit to the sets of them; what would need
 * one more is counted as {@code istio.series_overflow} and in no series.
 */
public final class IstioMetrics {
  static final int MAX_SERIES = 2000;

  private static final String PREFIX = "istiocustom.istio_";

  private final StatStore store;
  private final Node node;
  private final Set<List<Tag>> series = new HashSet<>();
  private @Nullable Peer self;
  private @Nullable Counter overflow;

  public IstioMetrics(StatStore store, Node node) {
    this.store = store;
    this.node = node;
  }

  /** This workload, as its node's metadata has it. */
  public synchronized Peer self() {
    Peer known = self;
    if (known == null) {
      known = Peer.of(node.getMetadata());
      self = known;
    }
    return known;
  }

  /** The proxy's id, which peers are sent beside its metadata. */
  public String id() {
    return node.getId();
  }

  /** Shows which version this is, from when metrics are kept. */
  synchronized void start() {
    if (overflow == null) {
      overflow = store.counter("istio.series_overflow");
      Value version = node.getMetadata().getFieldsMap().get("ISTIO_VERSION");
      List<Tag> tags =
          List.of(
              new Tag("component", "proxy"),
              new Tag("tag", version == null ? "unknown" : version.getStringValue()));
      store.gauge(new TaggedName(PREFIX + "build", tags)).set(0, 1);
    }
  }

  /** Whether there may be a series of these labels; if not, that is counted. */
  synchronized boolean admits(List<Tag> tags, int cell) {
    if (series.contains(tags)) {
      return true;
    }
    if (series.size() < MAX_SERIES) {
      return series.add(tags);
    }
    Counter full = overflow;
    if (full != null) {
      full.inc(cell);
    }
    return false;
  }

  /** Null where the configuration drops this metric. */
  @Nullable Counter counter(String metric, List<Tag> tags, IstioStatsConfig config) {
    List<Tag> own = changed(metric, tags, config);
    return own == null ? null : store.counter(new TaggedName(PREFIX + metric, own));
  }

  @Nullable Histogram histogram(
      String metric, Histogram.Unit unit, List<Tag> tags, IstioStatsConfig config) {
    List<Tag> own = changed(metric, tags, config);
    return own == null ? null : store.histogram(new TaggedName(PREFIX + metric, own), unit);
  }

  /** The labels as the configuration wants them for this metric; null: not at all. */
  private static @Nullable List<Tag> changed(
      String metric, List<Tag> tags, IstioStatsConfig config) {
    if (config.overrides().isEmpty()) {
      return tags;
    }
    Set<String> removed = new HashSet<>();
    Map<String, String> fixed = new HashMap<>();
    for (IstioStatsConfig.Override override : config.overrides()) {
      if (override.isFor(metric)) {
        if (override.drop()) {
          return null;
        }
        removed.addAll(override.removed());
        fixed.putAll(override.fixed());
      }
    }
    List<Tag> out = new ArrayList<>(tags.size());
    for (Tag tag : tags) {
      String value = fixed.remove(tag.name());
      if (!removed.contains(tag.name())) {
        out.add(value == null ? tag : new Tag(tag.name(), value));
      }
    }
    new TreeMap<>(fixed).forEach((name, value) -> out.add(new Tag(name, value)));
    return List.copyOf(out);
  }
}
