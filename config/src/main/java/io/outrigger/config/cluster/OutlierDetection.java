package io.outrigger.config.cluster;

/** Passive health checking: hosts that fail are ejected for a while. */
public record OutlierDetection(
    int consecutive5xx,
    long intervalMillis,
    long baseEjectionTimeMillis,
    long maxEjectionTimeMillis,
    long maxEjectionTimeJitterMillis,
    int maxEjectionPercent,
    int enforcingConsecutive5xx,
    int enforcingSuccessRate,
    int successRateMinimumHosts,
    int successRateRequestVolume,
    int successRateStdevFactor,
    int consecutiveGatewayFailure,
    int enforcingConsecutiveGatewayFailure,
    boolean splitExternalLocalOriginErrors,
    int consecutiveLocalOriginFailure,
    int enforcingConsecutiveLocalOriginFailure,
    int enforcingLocalOriginSuccessRate,
    int failurePercentageThreshold,
    int enforcingFailurePercentage,
    int enforcingFailurePercentageLocalOrigin,
    int failurePercentageMinimumHosts,
    int failurePercentageRequestVolume,
    boolean successfulActiveHealthCheckUnejectHost,
    boolean alwaysEjectOneHost) {}
