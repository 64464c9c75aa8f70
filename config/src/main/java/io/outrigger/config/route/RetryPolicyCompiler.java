package io.outrigger.config.route;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy.ResetHeaderFormat;
import io.envoyproxy.envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.HeaderMatcherCompiler;
import io.outrigger.config.match.HeaderNames;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.route.RetryPolicy.HostPredicate;
import io.outrigger.config.route.RetryPolicy.ResetHeader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Compiles RetryPolicy messages of routes and virtual hosts. */
final class RetryPolicyCompiler {
  private static final long DEFAULT_BASE_MILLIS = 25;
  private static final long DEFAULT_RATE_LIMITED_MAX_MILLIS = 300_000;

  private RetryPolicyCompiler() {}

  static RetryPolicy compile(
      io.envoyproxy.envoy.config.route.v3.RetryPolicy proto, Problems problems) {
    if (proto.getRetryOptionsPredicatesCount() > 0) {
      problems.unsupported("retry_options_predicates");
    }
    Problems backOff = problems.at("retry_back_off");
    long base =
        Millis.positive(
            proto.getRetryBackOff().hasBaseInterval(),
            proto.getRetryBackOff().getBaseInterval(),
            DEFAULT_BASE_MILLIS,
            backOff.at("base_interval"));
    long max =
        Millis.positive(
            proto.getRetryBackOff().hasMaxInterval(),
            proto.getRetryBackOff().getMaxInterval(),
            base * 10,
            backOff.at("max_interval"));
    if (max < base) {
      backOff.error(
          "max_interval",
          "is "
              + max
              + " ms; it must be greater than or equal to the base_interval, "
              + base
              + " ms");
    }
    return new RetryPolicy(
        RetryOn.parse(proto.getRetryOn()),
        Unsigned.orElse(proto.hasNumRetries(), proto.getNumRetries(), 1),
        Millis.orElse(
            proto.hasPerTryTimeout(), proto.getPerTryTimeout(), 0, problems.at("per_try_timeout")),
        Millis.orElse(
            proto.hasPerTryIdleTimeout(),
            proto.getPerTryIdleTimeout(),
            0,
            problems.at("per_try_idle_timeout")),
        new HashSet<>(proto.getRetriableStatusCodesList()),
        HeaderMatcherCompiler.compileAll(
            proto.getRetriableHeadersList(), "retriable_headers", problems),
        HeaderMatcherCompiler.compileAll(
            proto.getRetriableRequestHeadersList(), "retriable_request_headers", problems),
        base,
        max,
        resetHeaders(proto, problems.at("rate_limited_retry_back_off")),
        Millis.positive(
            proto.getRateLimitedRetryBackOff().hasMaxInterval(),
            proto.getRateLimitedRetryBackOff().getMaxInterval(),
            DEFAULT_RATE_LIMITED_MAX_MILLIS,
            problems.at("rate_limited_retry_back_off").at("max_interval")),
        hostPredicates(proto, problems),
        previousPriorities(proto, problems.at("retry_priority")),
        Math.clamp(proto.getHostSelectionRetryMaxAttempts(), 1, 1000));
  }

  private static List<ResetHeader> resetHeaders(
      io.envoyproxy.envoy.config.route.v3.RetryPolicy proto, Problems problems) {
    List<ResetHeader> headers = new ArrayList<>();
    var backOff = proto.getRateLimitedRetryBackOff();
    if (proto.hasRateLimitedRetryBackOff() && backOff.getResetHeadersCount() == 0) {
      problems.error("reset_headers", "is empty; at least one header is required");
    }
    for (int i = 0; i < backOff.getResetHeadersCount(); i++) {
      var header = backOff.getResetHeaders(i);
      HeaderNames.check(header.getName(), problems.at("reset_headers", i).at("name"));
      headers.add(
          new ResetHeader(
              HeaderName.of(header.getName()),
              header.getFormat() == ResetHeaderFormat.UNIX_TIMESTAMP));
    }
    return headers;
  }

  private static List<HostPredicate> hostPredicates(
      io.envoyproxy.envoy.config.route.v3.RetryPolicy proto, Problems problems) {
    List<HostPredicate> predicates = new ArrayList<>();
    for (int i = 0; i < proto.getRetryHostPredicateCount(); i++) {
      Problems here = problems.at("retry_host_predicate", i).at("typed_config");
      TypedExtension extension =
          TypedExtension.of(proto.getRetryHostPredicate(i).getTypedConfig(), here);
      switch (extension.type()) {
        case "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate" ->
            predicates.add(new RetryPolicy.PreviousHosts());
        case "envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate" ->
            predicates.add(new RetryPolicy.OmitCanaryHosts());
        case "envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig" -> {
          var config = extension.parse(OmitHostMetadataConfig.parser(), here);
          if (config != null) {
            predicates.add(
                new RetryPolicy.OmitHostMetadata(Metadata.of(config.getMetadataMatch())));
          }
        }
        default ->
            here.error(
                "'"
                    + extension.type()
                    + "' is not supported; PreviousHostsPredicate, OmitCanaryHostsPredicate and"
                    + " OmitHostMetadataConfig are");
      }
    }
    return predicates;
  }

  private static int previousPriorities(
      io.envoyproxy.envoy.config.route.v3.RetryPolicy proto, Problems problems) {
    if (!proto.hasRetryPriority()) {
      return 0;
    }
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getRetryPriority().getTypedConfig(), here);
    if (!extension
        .type()
        .equals(
            "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig")) {
      here.error("'" + extension.type() + "' is not supported; PreviousPrioritiesConfig is");
      return 0;
    }
    PreviousPrioritiesConfig config = extension.parse(PreviousPrioritiesConfig.parser(), here);
    if (config == null) {
      return 0;
    }
    if (config.getUpdateFrequency() <= 0) {
      here.error("update_frequency", "is 0; a number above zero is allowed");
    }
    return config.getUpdateFrequency();
  }
}
