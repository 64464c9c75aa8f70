package io.outrigger.config.source;

import java.util.List;

/** Where a resource comes from: ADS, a file, a gRPC service, or the stream that named it. */
public sealed interface ConfigSource {
  /** How long to wait for the first answer before going on without it; 0: for ever. */
  long initialFetchTimeoutMillis();

  /** Whose resources these are: what one source brings is not what another one has. */
  default ConfigSource origin() {
    return this;
  }

  /** The origin of what the aggregated stream brings, and the bootstrap. */
  static ConfigSource aggregated() {
    return new Ads(0);
  }

  /** The aggregated stream. */
  record Ads(long initialFetchTimeoutMillis) implements ConfigSource {
    @Override
    public ConfigSource origin() {
      return aggregated();
    }

    // written out, as those below: what a record brings is linked at the first use
    @Override
    public boolean equals(Object other) {
      return other instanceof Ads ads && initialFetchTimeoutMillis == ads.initialFetchTimeoutMillis;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  /** The same source as the resource that refers to it. */
  record Self(long initialFetchTimeoutMillis) implements ConfigSource {
    @Override
    public ConfigSource origin() {
      return aggregated();
    }
  }

  /**
   * A file with a DiscoveryResponse; {@code watchedDirectory} is empty if the file itself is
   * watched.
   */
  record File(String path, String watchedDirectory, long initialFetchTimeoutMillis)
      implements ConfigSource {
    @Override
    public boolean equals(Object other) {
      return other instanceof File file
          && path.equals(file.path)
          && watchedDirectory.equals(file.watchedDirectory)
          && initialFetchTimeoutMillis == file.initialFetchTimeoutMillis;
    }

    @Override
    public int hashCode() {
      return path.hashCode();
    }
  }

  /** A gRPC management server. */
  record Grpc(List<GrpcService> services, boolean delta, long initialFetchTimeoutMillis)
      implements ConfigSource {
    @Override
    public boolean equals(Object other) {
      return other instanceof Grpc grpc
          && services.equals(grpc.services)
          && delta == grpc.delta
          && initialFetchTimeoutMillis == grpc.initialFetchTimeoutMillis;
    }

    @Override
    public int hashCode() {
      return services.isEmpty() ? 0 : services.getFirst().cluster().hashCode();
    }
  }
}
