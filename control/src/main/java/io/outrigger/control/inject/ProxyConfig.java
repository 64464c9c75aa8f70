package io.outrigger.control.inject;

import io.outrigger.api.yaml.Node;
import io.outrigger.control.inject.InjectionSettings.Drain;
import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.resource.Durations;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.ResourceProblems;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of Istio's ProxyConfig has an effect, as the annotation {@code proxy.istio.io/config} gives
 * it. Each is null, or empty, where it says nothing.
 *
 * @param drainDuration how long requests in flight may take at the end
 * @param terminationDrainDuration how long the sidecar goes on at least when it is told to end
 * @param exitOnZero proxyMetadata EXIT_ON_ZERO_ACTIVE_CONNECTIONS: not that long if all is over
 * @param minimumDrain proxyMetadata MINIMUM_DRAIN_DURATION
 */
record ProxyConfig(
    @Nullable Integer concurrency,
    @Nullable Boolean holdApplication,
    @Nullable Integer statusPort,
    @Nullable String discoveryAddress,
    @Nullable InterceptionMode mode,
    @Nullable Duration drainDuration,
    @Nullable Duration terminationDrainDuration,
    boolean exitOnZero,
    @Nullable Duration minimumDrain,
    String zipkin,
    @Nullable Integer sampling) {
  static final ProxyConfig EMPTY =
      new ProxyConfig(null, null, null, null, null, null, null, false, null, "", null);

  private static final String EXIT_ON_ZERO = "EXIT_ON_ZERO_ACTIVE_CONNECTIONS";
  private static final String MINIMUM = "MINIMUM_DRAIN_DURATION";

  static ProxyConfig read(Node.Mapping mapping, PodProblems problems) {
    ResourceProblems found = new ResourceProblems(null);
    Fields fields = new Fields(mapping, "", found);
    Fields tracing = inner(fields, "tracing", found);
    Fields zipkin = tracing == null ? null : inner(tracing, "zipkin", found);
    Double sampling = tracing == null ? null : tracing.number("sampling", 0, 100);
    Map<String, String> metadata = fields.stringMap("proxyMetadata");
    ProxyConfig config =
        new ProxyConfig(
            fields.integer("concurrency", 0, 1024),
            fields.bool("holdApplicationUntilProxyStarts"),
            fields.integer("statusPort", 0, 65535),
            fields.string("discoveryAddress"),
            fields.has("interceptionMode")
                ? fields.oneOf(
                    "interceptionMode", InterceptionMode.class, InterceptionMode.REDIRECT)
                : null,
            fields.duration("drainDuration"),
            fields.duration("terminationDrainDuration"),
            metadata.getOrDefault(EXIT_ON_ZERO, "").equals("true"),
            minimum(metadata, fields),
            zipkin == null ? "" : zipkin.string("address", ""),
            sampling == null ? null : (int) Math.ceil(sampling));
    for (String name : metadata.keySet()) {
      if (!name.equals(EXIT_ON_ZERO) && !name.equals(MINIMUM)) {
        problems.warning(PodAnnotations.CONFIG, "proxyMetadata." + name + " has no effect");
      }
    }
    for (Node.Entry entry : mapping.entries()) {
      if (!fields.knows(entry.key())) {
        problems.warning(PodAnnotations.CONFIG, entry.key() + " has no effect");
      }
    }
    for (Problem problem : found.list()) {
      problems.annotation(PodAnnotations.CONFIG, problem.fieldPath() + ": " + problem.message());
    }
    return config;
  }

  private static @Nullable Fields inner(Fields fields, String name, ResourceProblems problems) {
    Node node = fields.node(name);
    if (node instanceof Node.Mapping mapping) {
      return new Fields(mapping, name, problems);
    }
    if (node != null) {
      fields.error(name, "found " + node.kind() + "; must be a mapping");
    }
    return null;
  }

  private static @Nullable Duration minimum(Map<String, String> metadata, Fields fields) {
    String text = metadata.get(MINIMUM);
    if (text == null) {
      return null;
    }
    Duration parsed = Durations.parse(text);
    if (parsed == null) {
      fields.error(
          "proxyMetadata",
          MINIMUM + ": found \"" + text + "\"; must be a duration such as 5s or 1m30s");
    }
    return parsed;
  }

  int concurrency(int otherwise) {
    return concurrency == null ? otherwise : concurrency;
  }

  boolean holdApplication(boolean otherwise) {
    return holdApplication == null ? otherwise : holdApplication;
  }

  int statusPort(int otherwise) {
    return statusPort == null ? otherwise : statusPort;
  }

  String discoveryAddress(String otherwise) {
    return discoveryAddress == null || discoveryAddress.isEmpty() ? otherwise : discoveryAddress;
  }

  InterceptionMode mode(InterceptionMode otherwise) {
    return mode == null ? otherwise : mode;
  }

  /** The percentage of requests without a trace that begin one: Istio's 1 unless it says more. */
  int traceSampling() {
    return sampling == null ? 1 : sampling;
  }

  /**
   * Istio's sidecar goes on for terminationDrainDuration; or, if it may leave early, for
   * MINIMUM_DRAIN_DURATION and then until nothing is in flight. Ours always may, but promises no
   * less.
   */
  Drain drain(Drain otherwise) {
    Duration least = otherwise.minimum();
    if (exitOnZero) {
      least = minimumDrain == null ? least : minimumDrain;
    } else if (terminationDrainDuration != null) {
      least = terminationDrainDuration;
    }
    Duration most = drainDuration == null ? otherwise.maximum() : drainDuration;
    if (terminationDrainDuration != null && terminationDrainDuration.compareTo(most) > 0) {
      most = terminationDrainDuration;
    }
    return new Drain(least, most.compareTo(least) < 0 ? least : most, otherwise.delayApplication());
  }
}
