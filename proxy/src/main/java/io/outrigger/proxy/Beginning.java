package io.outrigger.proxy;

import io.outrigger.config.bootstrap.BootstrapConfig;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.ads.AdsStream;
import io.outrigger.proxy.runtime.RuntimeLayers;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.source.Sources;
import io.outrigger.xds.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that a proxy begins with: what its bootstrap holds, what it kept on disk, and
 * the sources from which the rest comes. On the configuration loop.
 */
record Beginning(
    BootstrapConfig bootstrap,
    Configuration configuration,
    Sources sources,
    RuntimeLayers runtime,
    @Nullable AdsStream ads,
    @Nullable StateKeeper state) {

  void begin() {
    runtime.start(sources.watches());
    configuration.takeStatic(bootstrap.clusters(), bootstrap.listeners(), bootstrap.secrets());
    if (state != null) {
      state.restore(ads);
    }
    subscribe(ResourceType.CDS, bootstrap.cds());
    subscribe(ResourceType.LDS, bootstrap.lds());
    configuration.start(bootstrap.cds(), bootstrap.lds(), runtime.needs());
    open(ResourceType.CDS, bootstrap.cds());
    open(ResourceType.LDS, bootstrap.lds());
    if (ads != null) {
      ads.start();
    }
  }

  private void subscribe(ResourceType type, @Nullable ConfigSource source) {
    if (ads != null
        && (source instanceof ConfigSource.Ads || source instanceof ConfigSource.Self)) {
      ads.subscribeAll(type);
    }
  }

  /** Begins with a source that is not the aggregated stream. */
  private void open(ResourceType type, @Nullable ConfigSource source) {
    if (source instanceof ConfigSource.File || source instanceof ConfigSource.Grpc) {
      sources.subscribeAll(type, source);
    }
  }
}
