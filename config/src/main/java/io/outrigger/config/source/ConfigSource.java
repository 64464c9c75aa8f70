package io.outrigger.config.source;

import java.util.List;

/** Where a resource comes from: ADS, a file, a gRPC service, or the stream that named it. */
public sealed interface ConfigSource {
  /** How long to wait for the first answer before going on without it; 0: for ever. */
  long initialFetchTimeoutMillis();

  /** The aggregated stream. */
  record Ads(long initialFetchTimeoutMillis) implements ConfigSource {}

  /** The same source as the resource that refers to it. */
  record Self(long initialFetchTimeoutMillis) implements ConfigSource {}

  /**
   * A file with a DiscoveryResponse; {@code watchedDirectory} is empty if the file itself is
   * watched.
   */
  record File(String path, String watchedDirectory, long initialFetchTimeoutMillis)
      implements ConfigSource {}

  /** A gRPC management server. */
  record Grpc(List<GrpcService> services, boolean delta, long initialFetchTimeoutMillis)
      implements ConfigSource {}
}
