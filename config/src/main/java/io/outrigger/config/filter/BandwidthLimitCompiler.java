package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.ratelimit.TokenBucket;
import java.util.concurrent.TimeUnit;

/** Compiles BandwidthLimit messages, of the chain and of routes. */
final class BandwidthLimitCompiler {
  private static final long DEFAULT_FILL_MILLIS = 50;
  private static final long LEAST_FILL_MILLIS = 20;
  private static final long MOST_FILL_MILLIS = 1000;
  private static final long KIB = 1024;

  private BandwidthLimitCompiler() {}

  static BandwidthLimitConfig compile(BandwidthLimit proto, boolean ofRoute, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a name for the statistics is required");
    }
    boolean requests =
        proto.getEnableMode() == BandwidthLimit.EnableMode.REQUEST
            || proto.getEnableMode() == BandwidthLimit.EnableMode.REQUEST_AND_RESPONSE;
    boolean responses =
        proto.getEnableMode() == BandwidthLimit.EnableMode.RESPONSE
            || proto.getEnableMode() == BandwidthLimit.EnableMode.REQUEST_AND_RESPONSE;
    long kib = proto.getLimitKbps().getValue();
    boolean required = ofRoute || requests || responses;
    if ((required && !proto.hasLimitKbps()) || (proto.hasLimitKbps() && kib == 0)) {
      problems.error("limit_kbps", "is not set or 0; 1 or more is required");
    }
    long fill =
        Millis.orElse(
            proto.hasFillInterval(),
            proto.getFillInterval(),
            DEFAULT_FILL_MILLIS,
            problems.at("fill_interval"));
    if (fill < LEAST_FILL_MILLIS || fill > MOST_FILL_MILLIS) {
      problems.error("fill_interval", "is " + fill + " ms; 20 ms to 1 s is allowed");
    }
    // an unsigned limit beyond any network's is as good as none
    long bytes = kib > 0 && kib < Integer.MAX_VALUE ? kib * KIB : Integer.MAX_VALUE * KIB;
    String prefix = proto.getResponseTrailerPrefix();
    return new BandwidthLimitConfig(
        proto.getStatPrefix(),
        RuntimeFlag.of(proto.hasRuntimeEnabled(), proto.getRuntimeEnabled()),
        requests,
        responses,
        new TokenBucket(bytes, bytes, TimeUnit.SECONDS.toNanos(1)),
        fill,
        proto.getEnableResponseTrailers(),
        prefix.isEmpty() ? "" : prefix + "-");
  }
}
