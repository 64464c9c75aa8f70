package io.outrigger.control.ratelimit;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers questions by the limits in force and the counts so far. Any thread. */
final class Decider {
  /** From this part of a limit on, hits are near it. */
  private static final double NEAR = 0.8;

  private static final long NO_LIMIT = 0xffffffffL;

  private final Supplier<Map<String, LimitNode>> domains;
  private final Counters counters;
  private final NearCache exhausted;
  private final LimitStats stats;
  private final InstantSource clock;
  private final boolean shadow;
  private final boolean headers;

  /**
   * @param shadow nothing is refused: what would be is in the descriptors' statuses
   * @param headers whether answers have RateLimit headers for the response
   */
  Decider(
      Supplier<Map<String, LimitNode>> domains,
      Counters counters,
      LimitStats stats,
      InstantSource clock,
      boolean shadow,
      boolean headers) {
    this.domains = domains;
    this.counters = counters;
    this.exhausted = new NearCache();
    this.stats = stats;
    this.clock = clock;
    this.shadow = shadow;
    this.headers = headers;
  }

  /** What is asked of one descriptor. */
  private static final class Asked {
    final @Nullable Limit limit;
    long hits;
    long end;
    String key = "";
    long after;
    boolean known;

    Asked(@Nullable Limit limit) {
      this.limit = limit;
    }
  }

  CompletionStage<RateLimitResponse> decide(RateLimitRequest request) {
    stats.requests.increment();
    long now = clock.millis() / 1000;
    LimitNode domain = domains.get().get(request.getDomain());
    List<Asked> all = new ArrayList<>(request.getDescriptorsCount());
    Set<String> replaced = new HashSet<>();
    for (RateLimitDescriptor descriptor : request.getDescriptorsList()) {
      Limit limit = domain == null ? null : limit(domain, descriptor, request.getDomain());
      all.add(new Asked(limit));
      if (limit != null) {
        replaced.addAll(limit.replaces());
      }
    }
    List<Counters.Hits> hits = new ArrayList<>(all.size());
    List<Asked> counted = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      Asked asked = all.get(i);
      Limit limit = asked.limit;
      if (limit == null || limit.unlimited() || isReplaced(limit, replaced)) {
        continue;
      }
      RateLimitDescriptor descriptor = request.getDescriptors(i);
      window(asked, limit, request, descriptor, now);
      if (exhausted.has(near(asked, limit), now)) {
        asked.after = NO_LIMIT + 1;
        asked.known = true;
      } else {
        hits.add(new Counters.Hits(asked.key, asked.hits, asked.end));
        counted.add(asked);
      }
    }
    return counters
        .add(hits)
        .thenApply(
            after -> {
              for (int i = 0; i < after.length; i++) {
                counted.get(i).after = after[i];
              }
              return answer(request, all, replaced, now);
            });
  }

  /** A limit that was raised is not exhausted any more. */
  private static String near(Asked asked, Limit limit) {
    return asked.key + '/' + limit.requests();
  }

  private static boolean isReplaced(Limit limit, Set<String> replaced) {
    return !limit.name().isEmpty() && replaced.contains(limit.name());
  }

  /** The limit of a descriptor: what it brings along, else what is configured for it. */
  private static @Nullable Limit limit(
      LimitNode domain, RateLimitDescriptor descriptor, String name) {
    Limit configured = domain.find(descriptor.getEntriesList());
    RateLimit.Unit unit =
        descriptor.hasLimit()
            ? RateLimit.Unit.forNumber(descriptor.getLimit().getUnitValue())
            : null;
    if (unit == null || unit == RateLimit.Unit.UNKNOWN) {
      return configured;
    }
    return new Limit(
        Integer.toUnsignedLong(descriptor.getLimit().getRequestsPerUnit()),
        unit,
        false,
        "",
        Set.of(),
        false,
        false,
        configured == null ? name + ".override" : configured.key());
  }

  private static void window(
      Asked asked,
      Limit limit,
      RateLimitRequest request,
      RateLimitDescriptor descriptor,
      long now) {
    int seconds = Limit.seconds(limit.unit());
    long begin = Math.floorDiv(now, seconds) * seconds;
    asked.end = begin + seconds;
    asked.hits =
        descriptor.hasHitsAddend()
            ? Math.clamp(descriptor.getHitsAddend().getValue(), 0, NO_LIMIT)
            : Math.max(1, Integer.toUnsignedLong(request.getHitsAddend()));
    StringBuilder key = new StringBuilder(64).append(request.getDomain());
    for (RateLimitDescriptor.Entry entry : descriptor.getEntriesList()) {
      // lengths, so that no two lists of entries make one key
      key.append('_').append(entry.getKey().length()).append(entry.getKey());
      key.append('_').append(entry.getValue().length()).append(entry.getValue());
    }
    asked.key = key.append('_').append(seconds).append('_').append(begin).toString();
  }

  private RateLimitResponse answer(
      RateLimitRequest request, List<Asked> all, Set<String> replaced, long now) {
    RateLimitResponse.Builder response = RateLimitResponse.newBuilder();
    boolean over = false;
    DescriptorStatus least = null;
    for (int i = 0; i < all.size(); i++) {
      Asked asked = all.get(i);
      Limit limit = asked.limit;
      DescriptorStatus status;
      if (limit == null || isReplaced(limit, replaced)) {
        status = DescriptorStatus.newBuilder().setCode(Code.OK).build();
      } else if (limit.unlimited()) {
        status =
            DescriptorStatus.newBuilder()
                .setCode(Code.OK)
                .setLimitRemaining((int) NO_LIMIT)
                .build();
      } else {
        status = status(request.getDescriptors(i), asked, limit, now);
        least = least == null || fewer(status, least) ? status : least;
      }
      over |= status.getCode() == Code.OVER_LIMIT;
      response.addStatuses(status);
    }
    response.setOverallCode(over && !shadow ? Code.OVER_LIMIT : Code.OK);
    if (headers && least != null) {
      response
          .addResponseHeadersToAdd(
              header("RateLimit-Limit", least.getCurrentLimit().getRequestsPerUnit()))
          .addResponseHeadersToAdd(header("RateLimit-Remaining", least.getLimitRemaining()))
          .addResponseHeadersToAdd(
              header("RateLimit-Reset", (int) least.getDurationUntilReset().getSeconds()));
    }
    return response.build();
  }

  private static boolean fewer(DescriptorStatus one, DescriptorStatus other) {
    return Integer.compareUnsigned(one.getLimitRemaining(), other.getLimitRemaining()) < 0;
  }

  private static HeaderValue header(String name, int value) {
    return HeaderValue.newBuilder().setKey(name).setValue(Integer.toUnsignedString(value)).build();
  }

  private DescriptorStatus status(
      RateLimitDescriptor descriptor, Asked asked, Limit limit, long now) {
    LimitStats.OfLimit counts = stats.of(limit.detailed() ? detailed(descriptor) : limit.key());
    counts.total.add(asked.hits);
    boolean over = asked.after > limit.requests();
    if (over) {
      counts.over.add(asked.hits);
      if (asked.known) {
        counts.overByNearCache.add(asked.hits);
      } else {
        exhausted.put(near(asked, limit), asked.end);
      }
      if (limit.shadow()) {
        counts.shadow.add(asked.hits);
      }
    } else {
      counts.within.add(asked.hits);
      if (asked.after > limit.requests() * NEAR) {
        counts.near.add(asked.hits);
      }
    }
    return DescriptorStatus.newBuilder()
        .setCode(over && !limit.shadow() ? Code.OVER_LIMIT : Code.OK)
        .setCurrentLimit(
            RateLimit.newBuilder()
                .setName(limit.name())
                .setRequestsPerUnit((int) limit.requests())
                .setUnit(limit.unit()))
        .setLimitRemaining(over ? 0 : (int) (limit.requests() - asked.after))
        .setDurationUntilReset(Duration.newBuilder().setSeconds(asked.end - now))
        .build();
  }

  private static String detailed(RateLimitDescriptor descriptor) {
    StringBuilder out = new StringBuilder();
    for (RateLimitDescriptor.Entry entry : descriptor.getEntriesList()) {
      out.append(out.isEmpty() ? "" : ".").append(entry.getKey()).append('_');
      out.append(entry.getValue());
    }
    return out.toString();
  }
}
