package io.outrigger.config.filter;

import io.outrigger.api.istio.peermetadata.Config;
import io.outrigger.api.istio.stats.MetricConfig;
import io.outrigger.api.istio.stats.PluginConfig;
import io.outrigger.api.istio.stats.Reporter;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles Istio's filters of telemetry. */
public final class IstioFilterCompiler {
  /** Full name of the message that configures Istio's statistics. */
  public static final String STATS = "stats.PluginConfig";

  static final String PEER_METADATA = "io.istio.http.peer_metadata.Config";

  private IstioFilterCompiler() {}

  /** The configuration of the statistics, or null with a problem. */
  public static @Nullable IstioStatsConfig stats(TypedExtension extension, Problems problems) {
    PluginConfig proto = extension.parse(PluginConfig.parser(), problems);
    if (proto == null) {
      return null;
    }
    if (proto.getDefinitionsCount() > 0) {
      problems.ignored("definitions");
    }
    if (proto.hasRotationInterval()) {
      problems.ignored("rotation_interval");
    }
    if (proto.hasGracefulDeletionInterval()) {
      problems.ignored("graceful_deletion_interval");
    }
    List<IstioStatsConfig.Override> overrides = new ArrayList<>();
    for (int i = 0; i < proto.getMetricsCount(); i++) {
      overrides.add(override(proto.getMetrics(i), problems.at("metrics", i)));
    }
    return new IstioStatsConfig(
        proto.getReporter() == Reporter.SERVER_GATEWAY,
        !proto.getDisableHostHeaderFallback(),
        Millis.orElse(
            proto.hasTcpReportingDuration(),
            proto.getTcpReportingDuration(),
            5000,
            problems.at("tcp_reporting_duration")),
        overrides);
  }

  private static IstioStatsConfig.Override override(MetricConfig proto, Problems problems) {
    if (!proto.getMatch().isEmpty()) {
      problems.ignored("match");
    }
    Map<String, String> fixed = new HashMap<>();
    for (Map.Entry<String, String> entry : proto.getDimensionsMap().entrySet()) {
      String text = literal(entry.getValue());
      if (text == null) {
        problems
            .at("dimensions", entry.getKey())
            .warning(
                "the expression "
                    + entry.getValue()
                    + " is not supported, the label says unknown; text in quotes is supported");
      }
      fixed.put(entry.getKey(), text == null ? "unknown" : text);
    }
    return new IstioStatsConfig.Override(
        proto.getName(), proto.getDrop(), Set.copyOf(proto.getTagsToRemoveList()), fixed);
  }

  /** The text of an expression that is nothing but text in quotes. */
  private static @Nullable String literal(String expression) {
    String trimmed = expression.trim();
    int last = trimmed.length() - 1;
    if (last < 1 || (trimmed.charAt(0) != '\'' && trimmed.charAt(0) != '"')) {
      return null;
    }
    char quote = trimmed.charAt(0);
    String inner = trimmed.substring(1, last);
    return trimmed.charAt(last) == quote && inner.indexOf(quote) < 0 && inner.indexOf('\\') < 0
        ? inner
        : null;
  }

  static @Nullable PeerMetadataConfig peerMetadata(TypedExtension extension, Problems problems) {
    Config proto = extension.parse(Config.parser(), problems);
    if (proto == null) {
      return null;
    }
    if (proto.getAdditionalLabelsCount() > 0) {
      problems.ignored("additional_labels");
    }
    boolean skipExternal = false;
    for (Config.PropagationMethod method : proto.getUpstreamPropagationList()) {
      skipExternal |= method.getIstioHeaders().getSkipExternalClusters();
    }
    return new PeerMetadataConfig(
        discovers(proto.getDownstreamDiscoveryList(), "downstream_discovery", problems),
        discovers(proto.getUpstreamDiscoveryList(), "upstream_discovery", problems),
        propagates(proto.getDownstreamPropagationList()),
        propagates(proto.getUpstreamPropagationList()),
        skipExternal);
  }

  private static boolean discovers(
      List<Config.DiscoveryMethod> methods, String field, Problems problems) {
    boolean byHeaders = false;
    for (int i = 0; i < methods.size(); i++) {
      byHeaders |= methods.get(i).hasIstioHeaders();
      if (methods.get(i).hasWorkloadDiscovery()) {
        problems.at(field, i).ignored("workload_discovery");
      }
      if (methods.get(i).hasBaggage()) {
        problems.at(field, i).ignored("baggage");
      }
    }
    return byHeaders;
  }

  private static boolean propagates(List<Config.PropagationMethod> methods) {
    boolean byHeaders = false;
    for (Config.PropagationMethod method : methods) {
      byHeaders |= method.hasIstioHeaders();
    }
    return byHeaders;
  }
}
