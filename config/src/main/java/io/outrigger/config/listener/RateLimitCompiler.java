package io.outrigger.config.listener;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.filters.network.ratelimit.v3.RateLimit;
import io.outrigger.config.accesslog.LogFormatParser;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.RuntimeFraction;
import java.util.ArrayList;
import java.util.List;

/** Compiles the ratelimit of connections. */
final class RateLimitCompiler {
  private RateLimitCompiler() {}

  static NetworkFilterConfig.RateLimit compile(RateLimit proto, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a prefix is required");
    }
    if (proto.getDomain().isEmpty()) {
      problems.error("domain", "is empty; a domain is required");
    }
    if (proto.getDescriptorsCount() == 0) {
      problems.error("descriptors", "is empty; at least one is required");
    }
    if (!proto.hasRateLimitService()) {
      problems.error("rate_limit_service", "is required");
    }
    List<NetworkFilterConfig.LimitDescriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < proto.getDescriptorsCount(); i++) {
      descriptors.add(descriptor(proto.getDescriptors(i), problems.at("descriptors", i)));
    }
    return new NetworkFilterConfig.RateLimit(
        proto.getStatPrefix(),
        proto.getDomain(),
        descriptors,
        io.outrigger.config.filter.RateLimitCompiler.service(
            proto.getRateLimitService(), problems.at("rate_limit_service")),
        Millis.orElse(
            proto.hasTimeout(),
            proto.getTimeout(),
            io.outrigger.config.filter.RateLimitCompiler.DEFAULT_TIMEOUT_MILLIS,
            problems.at("timeout")),
        proto.getFailureModeDeny(),
        new RuntimeFraction(100, 100, "ratelimit.tcp_filter_enabled"),
        new RuntimeFraction(100, 100, "ratelimit.tcp_filter_enforcing"));
  }

  private static NetworkFilterConfig.LimitDescriptor descriptor(
      RateLimitDescriptor proto, Problems problems) {
    if (proto.getEntriesCount() == 0) {
      problems.error("entries", "is empty; at least one is required");
    }
    if (proto.hasLimit()) {
      problems.ignored("limit");
    }
    if (proto.hasHitsAddend()) {
      problems.ignored("hits_addend");
    }
    List<NetworkFilterConfig.LimitDescriptor.Entry> entries = new ArrayList<>();
    for (int i = 0; i < proto.getEntriesCount(); i++) {
      RateLimitDescriptor.Entry entry = proto.getEntries(i);
      Problems here = problems.at("entries", i);
      if (entry.getKey().isEmpty()) {
        here.error("key", "is empty; a key is required");
      }
      if (entry.getValue().isEmpty()) {
        here.error("value", "is empty; a value is required");
      }
      entries.add(
          new NetworkFilterConfig.LimitDescriptor.Entry(
              entry.getKey(), LogFormatParser.parse(entry.getValue(), here.at("value"))));
    }
    return new NetworkFilterConfig.LimitDescriptor(entries);
  }
}
