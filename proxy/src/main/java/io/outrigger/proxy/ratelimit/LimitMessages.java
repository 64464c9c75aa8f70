package io.outrigger.proxy.ratelimit;

import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.ratelimit.Descriptor;
import io.outrigger.config.ratelimit.Descriptors;

/** What is said to a rate limit service, and what its answer says in x-ratelimit headers. */
public final class LimitMessages {
  private static final HeaderName LIMIT = HeaderName.of("x-ratelimit-limit");
  private static final HeaderName REMAINING = HeaderName.of("x-ratelimit-remaining");
  private static final HeaderName RESET = HeaderName.of("x-ratelimit-reset");

  private LimitMessages() {}

  /** The question about these descriptors; {@code hits} 0: the service's default, one. */
  public static RateLimitRequest request(String domain, Descriptors descriptors, int hits) {
    RateLimitRequest.Builder request =
        RateLimitRequest.newBuilder().setDomain(domain).setHitsAddend(hits);
    for (int i = 0; i < descriptors.size(); i++) {
      request.addDescriptors(message(descriptors.get(i)));
    }
    return request.build();
  }

  private static RateLimitDescriptor message(Descriptor descriptor) {
    RateLimitDescriptor.Builder message = RateLimitDescriptor.newBuilder();
    for (int i = 0; i < descriptor.size(); i++) {
      message.addEntries(
          RateLimitDescriptor.Entry.newBuilder()
              .setKey(descriptor.key(i))
              .setValue(descriptor.value(i)));
    }
    Descriptor.LimitOverride override = descriptor.override();
    if (override != null) {
      message.setLimit(
          RateLimitDescriptor.RateLimitOverride.newBuilder()
              .setRequestsPerUnit(override.requestsPerUnit())
              .setUnitValue(override.unit()));
    }
    if (descriptor.hits() != Descriptor.UNSET) {
      message.setHitsAddend(UInt64Value.newBuilder().setValue(descriptor.hits()));
    }
    return message.build();
  }

  /**
   * The limit with the least left, and beside it all policies (draft-polli-ratelimit-headers-03).
   */
  public static void addTo(Headers headers, RateLimitResponse response) {
    DescriptorStatus least = null;
    StringBuilder policies = new StringBuilder();
    for (int i = 0; i < response.getStatusesCount(); i++) {
      DescriptorStatus status = response.getStatuses(i);
      if (!status.hasCurrentLimit()) {
        continue;
      }
      if (least == null
          || Integer.compareUnsigned(status.getLimitRemaining(), least.getLimitRemaining()) < 0) {
        least = status;
      }
      append(status.getCurrentLimit(), policies);
    }
    if (least != null) {
      String limit = Integer.toUnsignedString(least.getCurrentLimit().getRequestsPerUnit());
      headers.add(LIMIT, limit + policies);
      headers.add(REMAINING, Integer.toUnsignedString(least.getLimitRemaining()));
      headers.add(RESET, Long.toString(least.getDurationUntilReset().getSeconds()));
    }
  }

  private static void append(RateLimitResponse.RateLimit limit, StringBuilder policies) {
    int window = seconds(limit.getUnit());
    if (window == 0) {
      return;
    }
    policies
        .append(", ")
        .append(Integer.toUnsignedString(limit.getRequestsPerUnit()))
        .append(";w=")
        .append(window);
    if (!limit.getName().isEmpty()) {
      policies.append(";name=\"").append(limit.getName()).append('"');
    }
  }

  private static int seconds(RateLimitResponse.RateLimit.Unit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MINUTE -> 60;
      case HOUR -> 3600;
      case DAY -> 86_400;
      case WEEK -> 604_800;
      case MONTH -> 2_592_000;
      case YEAR -> 31_536_000;
      case UNKNOWN, UNRECOGNIZED -> 0;
    };
  }
}
