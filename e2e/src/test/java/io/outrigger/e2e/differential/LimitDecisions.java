package io.outrigger.e2e.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit.Unit;

/** A rate limit service that decides by what the first descriptor's first value says. */
final class LimitDecisions {
  private LimitDecisions() {}

  static String said(RateLimitRequest request) {
    StringBuilder out = new StringBuilder("limit " + request.getDomain());
    for (RateLimitDescriptor descriptor : request.getDescriptorsList()) {
      out.append(" [");
      descriptor
          .getEntriesList()
          .forEach(e -> out.append(e.getKey()).append('=').append(e.getValue()).append(' '));
      if (descriptor.hasLimit()) {
        out.append(descriptor.getLimit().getRequestsPerUnit())
            .append('/')
            .append(descriptor.getLimit().getUnit());
      }
      if (descriptor.hasHitsAddend()) {
        out.append(" hits ").append(descriptor.getHitsAddend().getValue());
      }
      out.append(']');
    }
    return out.append(" hits ").append(request.getHitsAddend()).toString();
  }

  /** Null: no answer, or an error. */
  static RateLimitResponse decide(RateLimitRequest request) {
    String word = request.getDescriptors(0).getEntries(0).getValue();
    boolean over = word.startsWith("over");
    var response = RateLimitResponse.newBuilder().setOverallCode(over ? Code.OVER_LIMIT : Code.OK);
    if (word.equals("slow") || word.equals("error")) {
      return null;
    }
    if (word.endsWith("headers")) {
      response
          .addResponseHeadersToAdd(header("X-Of-Service", "one"))
          .addRequestHeadersToAdd(header("x-for-upstream", "two"))
          .setDynamicMetadata(
              Struct.newBuilder()
                  .putFields("k", Value.newBuilder().setStringValue("noted").build()));
    }
    if (word.endsWith("json")) {
      response
          .addResponseHeadersToAdd(header("content-type", "application/json"))
          .setRawBody(ByteString.copyFromUtf8("{\"over\": true}"));
    }
    if (word.endsWith("limits")) {
      response
          .addStatuses(status(10, Unit.MINUTE, "per-ip", over ? 0 : 5, 31))
          .addStatuses(DescriptorStatus.newBuilder().setCode(Code.OK))
          .addStatuses(status(1000, Unit.HOUR, "", 700, 1800))
          .addStatuses(status(7, Unit.WEEK, "w", 6, 3))
          .addStatuses(status(3, Unit.UNKNOWN, "u", 8, 3));
    }
    return response.build();
  }

  private static HeaderValue header(String name, String value) {
    return HeaderValue.newBuilder().setKey(name).setValue(value).build();
  }

  private static DescriptorStatus status(int limit, Unit unit, String name, int left, int reset) {
    return DescriptorStatus.newBuilder()
        .setCode(left == 0 ? Code.OVER_LIMIT : Code.OK)
        .setCurrentLimit(
            RateLimit.newBuilder().setRequestsPerUnit(limit).setUnit(unit).setName(name))
        .setLimitRemaining(left)
        .setDurationUntilReset(Duration.newBuilder().setSeconds(reset))
        .build();
  }
}
