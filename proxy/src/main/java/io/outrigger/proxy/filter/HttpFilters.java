package io.outrigger.proxy.filter;

import io.outrigger.config.filter.AdaptiveConcurrencyConfig;
import io.outrigger.config.filter.AdmissionControlConfig;
import io.outrigger.config.filter.BandwidthLimitConfig;
import io.outrigger.config.filter.BufferConfig;
import io.outrigger.config.filter.CompressorConfig;
import io.outrigger.config.filter.CorsConfig;
import io.outrigger.config.filter.CorsPolicy;
import io.outrigger.config.filter.CsrfConfig;
import io.outrigger.config.filter.DecompressorConfig;
import io.outrigger.config.filter.DiscoveredConfig;
import io.outrigger.config.filter.ExtAuthzConfig;
import io.outrigger.config.filter.ExtAuthzRoute;
import io.outrigger.config.filter.ExtProcConfig;
import io.outrigger.config.filter.ExtProcRoute;
import io.outrigger.config.filter.FaultConfig;
import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.ForwardProxyConfig;
import io.outrigger.config.filter.ForwardProxyHost;
import io.outrigger.config.filter.GrpcStatsConfig;
import io.outrigger.config.filter.GrpcWebConfig;
import io.outrigger.config.filter.HeaderMutationConfig;
import io.outrigger.config.filter.HeaderToMetadataConfig;
import io.outrigger.config.filter.HealthCheckConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.IgnoredConfig;
import io.outrigger.config.filter.IstioStatsConfig;
import io.outrigger.config.filter.JwtAuthnConfig;
import io.outrigger.config.filter.JwtAuthnRoute;
import io.outrigger.config.filter.LocalRateLimitConfig;
import io.outrigger.config.filter.OnDemandConfig;
import io.outrigger.config.filter.PeerMetadataConfig;
import io.outrigger.config.filter.RateLimitConfig;
import io.outrigger.config.filter.RateLimitRoute;
import io.outrigger.config.filter.RbacConfig;
import io.outrigger.config.filter.RouterConfig;
import io.outrigger.config.filter.SetFilterStateConfig;
import io.outrigger.config.filter.SetMetadataConfig;
import io.outrigger.config.filter.StatefulSessionConfig;
import io.outrigger.config.filter.UserFilterConfig;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.compression.NativeLibraries;
import io.outrigger.proxy.extauthz.ExtAuthzFilterFactory;
import io.outrigger.proxy.extproc.ExtProcFilterFactory;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.RouteFilters;
import io.outrigger.proxy.istio.IstioMetrics;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.snapshot.SnapshotReader;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.userfilter.UserFilterFactory;
import io.outrigger.proxy.userfilter.UserFilters;
import org.jspecify.annotations.Nullable;

/**
 * Makes the filter of each kind of configuration: the compiler sees to it that none is left out.
 */
final class HttpFilters {
  private HttpFilters() {}

  /** Null for what does nothing here, and for the router, which is the target and no filter. */
  static HttpFilter.@Nullable Factory factory(
      HttpFilterConfig filter,
      TerminalFilter.Scope where,
      StatStore store,
      String prefix,
      Clusters clusters,
      SnapshotReader snapshots,
      IstioMetrics istio,
      UserFilters users) {
    FilterConfig config = filter.config();
    if (config instanceof DiscoveredConfig discovered) {
      return new DiscoveredFilter(
          filter, discovered, where, store, prefix, clusters, snapshots, istio, users);
    }
    if (config instanceof UserFilterConfig own) {
      return new UserFilterFactory(filter, own, where, users);
    }
    if (config instanceof FaultConfig fault) {
      return new FaultFilter.Factory(filter, fault, where, store, prefix);
    }
    if (config instanceof AdaptiveConcurrencyConfig concurrency) {
      return new AdaptiveConcurrencyFilter.Factory(filter, concurrency, where, store, prefix);
    }
    if (config instanceof AdmissionControlConfig admission) {
      return new AdmissionControlFilter.Factory(filter, admission, where, store, prefix);
    }
    if (config instanceof BandwidthLimitConfig limit) {
      return new BandwidthLimitFilter.Factory(filter, limit, where, store);
    }
    if (config instanceof BufferConfig buffer) {
      return new BufferFilter.Factory(filter, buffer);
    }
    if (config instanceof CompressorConfig compressor) {
      return NativeLibraries.load(compressor.library().encoding())
          ? new CompressorFilter.Factory(filter, compressor, store, prefix)
          : null;
    }
    if (config instanceof DecompressorConfig decompressor) {
      return NativeLibraries.load(decompressor.library().encoding())
          ? new DecompressorFilter.Factory(filter, decompressor, store, prefix)
          : null;
    }
    if (config instanceof CorsConfig) {
      return new CorsFilter.Factory(filter, where, store, prefix);
    }
    if (config instanceof HeaderMutationConfig mutation) {
      return new HeaderMutationFilter.Factory(filter, mutation);
    }
    if (config instanceof HealthCheckConfig check) {
      return new HealthCheckFilter.Factory(check);
    }
    if (config instanceof GrpcStatsConfig stats) {
      return new GrpcStatsFilter.Factory(stats, store);
    }
    if (config instanceof StatefulSessionConfig session) {
      return new StatefulSessionFilter.Factory(filter, session);
    }
    if (config instanceof SetFilterStateConfig state) {
      return new SetFilterStateFilter.Factory(filter, state);
    }
    if (config instanceof SetMetadataConfig metadata) {
      return new SetMetadataFilter.Factory(filter, metadata, store, prefix);
    }
    if (config instanceof HeaderToMetadataConfig metadata) {
      return new HeaderToMetadataFilter.Factory(filter, metadata);
    }
    if (config instanceof GrpcWebConfig) {
      return new GrpcWebFilter.Factory(filter, store);
    }
    if (config instanceof ForwardProxyConfig forward) {
      return new ForwardProxyFilter.Factory(filter, forward, where);
    }
    if (config instanceof OnDemandConfig onDemand) {
      return new OnDemandFilter.Factory(filter, onDemand);
    }
    if (config instanceof IstioStatsConfig stats) {
      return new IstioStatsFilter.Factory(filter, stats, where, istio);
    }
    if (config instanceof RbacConfig rbac) {
      return new RbacFilter.Factory(filter, rbac, where, store, prefix);
    }
    if (config instanceof LocalRateLimitConfig limit) {
      return new LocalRateLimitFilter.Factory(filter, limit, where, store);
    }
    if (config instanceof ExtAuthzConfig authz) {
      return new ExtAuthzFilterFactory(filter, authz, where.worker(), store, prefix);
    }
    if (config instanceof RateLimitConfig limit) {
      return new RateLimitFilter.Factory(filter, limit, where, store);
    }
    if (config instanceof CsrfConfig csrf) {
      return new CsrfFilter.Factory(filter, csrf, where, store, prefix);
    }
    if (config instanceof JwtAuthnConfig jwt) {
      return new JwtAuthnFilter.Factory(filter, jwt, where, store, prefix, clusters);
    }
    if (config instanceof ExtProcConfig processor) {
      return new ExtProcFilterFactory(filter, processor, where.worker(), store, prefix);
    }
    if (config instanceof PeerMetadataConfig peers) {
      return new PeerMetadataFilter.Factory(filter, peers, istio);
    }
    if (config instanceof CompressorConfig.OfRoute
        || config instanceof CorsPolicy
        || config instanceof ForwardProxyHost
        || config instanceof RateLimitRoute
        || config instanceof IgnoredConfig
        || config instanceof ExtAuthzRoute
        || config instanceof JwtAuthnRoute
        || config instanceof ExtProcRoute
        || config instanceof RouterConfig) {
      return null;
    }
    throw new IllegalStateException("unknown FilterConfig: " + config);
  }

  /**
   * The configuration that holds for this exchange: the route's, else the chain's; null where the
   * filter is off.
   */
  static @Nullable FilterConfig effective(
      HttpFilterConfig filter, Exchange exchange, @Nullable FilterConfig ofChain) {
    return RouteFilters.effective(filter, exchange, ofChain);
  }
}
