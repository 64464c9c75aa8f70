package io.outrigger.config.filter;

/** The configuration of an HTTP filter: one record a filter that is implemented. */
public sealed interface FilterConfig
    permits RouterConfig,
        BufferConfig,
        FaultConfig,
        CompressorConfig,
        CompressorConfig.OfRoute,
        CorsConfig,
        CorsPolicy,
        DecompressorConfig,
        DiscoveredConfig,
        ForwardProxyConfig,
        ForwardProxyHost,
        GrpcStatsConfig,
        GrpcWebConfig,
        HeaderMutationConfig,
        HealthCheckConfig,
        OnDemandConfig,
        SetFilterStateConfig,
        SetMetadataConfig,
        HeaderToMetadataConfig,
        IstioStatsConfig,
        PeerMetadataConfig,
        RbacConfig,
        LocalRateLimitConfig,
        IgnoredConfig {}
