package io.outrigger.config.ratelimit;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the buckets that a LocalRateLimit message asks for. */
public final class LocalLimiterCompiler {
  private static final int DEFAULT_DYNAMIC_DESCRIPTORS = 20;

  private LocalLimiterCompiler() {}

  public static LocalLimiter compile(LocalRateLimit proto, Problems problems) {
    Map<Descriptor, TokenBucket> fixed = new HashMap<>();
    List<WildcardBuckets> wildcards = new ArrayList<>();
    int most =
        Unsigned.orElse(
            proto.hasMaxDynamicDescriptors(),
            proto.getMaxDynamicDescriptors(),
            DEFAULT_DYNAMIC_DESCRIPTORS);
    for (int i = 0; i < proto.getDescriptorsCount(); i++) {
      LocalRateLimitDescriptor wanted = proto.getDescriptors(i);
      Problems here = problems.at("descriptors", i);
      TokenBucket bucket =
          TokenBucketCompiler.compile(wanted.getTokenBucket(), here.at("token_bucket"));
      Descriptor descriptor = new Descriptor();
      boolean wildcard = false;
      for (RateLimitDescriptor.Entry entry : wanted.getEntriesList()) {
        descriptor.add(entry.getKey(), entry.getValue());
        wildcard |= entry.getValue().isEmpty();
      }
      if (wildcard && proto.getLocalRateLimitPerDownstreamConnection()) {
        here.error(
            "entries",
            "local rate descriptor value cannot be empty in per connection rate limit mode");
      }
      if (bucket == null) {
        continue;
      }
      if (wildcard) {
        wildcards.add(new WildcardBuckets(descriptor, bucket, most));
      } else if (fixed.put(descriptor, bucket) != null) {
        here.error("duplicate descriptor in the local rate limit configuration: " + descriptor);
      }
    }
    return new LocalLimiter(
        proto.hasTokenBucket()
            ? TokenBucketCompiler.compile(proto.getTokenBucket(), problems.at("token_bucket"))
            : null,
        fixed,
        wildcards,
        !proto.hasAlwaysConsumeDefaultTokenBucket()
            || proto.getAlwaysConsumeDefaultTokenBucket().getValue());
  }
}
