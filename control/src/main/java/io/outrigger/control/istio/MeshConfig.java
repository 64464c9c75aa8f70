package io.outrigger.control.istio;

import io.outrigger.control.resource.Spec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the whole mesh.
 *
 * @param interceptionMode of sidecars whose injection says nothing else: defaultConfig's
 */
public record MeshConfig(
    String trustDomain,
    String rootNamespace,
    String domain,
    boolean enableAutoMtls,
    OutboundTrafficPolicy outboundTrafficPolicy,
    Duration connectTimeout,
    Duration protocolDetectionTimeout,
    boolean h2Upgrade,
    @Nullable String accessLogFile,
    @Nullable String accessLogFormat,
    AccessLogEncoding accessLogEncoding,
    HttpRoute.@Nullable HttpRetry defaultHttpRetryPolicy,
    List<ExtensionProvider> extensionProviders,
    LocalityBalancing localityBalancing,
    InterceptionMode interceptionMode)
    implements Spec {

  /** What becomes of traffic to hosts that the mesh doesn't know. */
  public enum OutboundTrafficPolicy {
    ALLOW_ANY,
    REGISTRY_ONLY
  }

  /** How an access log is written. */
  public enum AccessLogEncoding {
    TEXT,
    JSON
  }

  /** Istio's defaults. */
  public static final MeshConfig DEFAULT =
      new MeshConfig(
          "cluster.local",
          "istio-system",
          "cluster.local",
          true,
          OutboundTrafficPolicy.ALLOW_ANY,
          Duration.ofSeconds(10),
          Duration.ZERO,
          false,
          null,
          null,
          AccessLogEncoding.TEXT,
          null,
          List.of(),
          LocalityBalancing.DEFAULT,
          InterceptionMode.REDIRECT);
}
