package io.outrigger.control.translate.listener;

import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.XRateLimitHeadersRFCVersion;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.TokenBucket;
import io.outrigger.control.policy.RateLimit.By;
import io.outrigger.control.policy.RateLimit.Limit;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.AuthorizationModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one local_ratelimit filter of all limits of a workload. The first limit of everything is
 * the filter's own bucket; each other one has a descriptor.
 */
final class RateLimitFilters {
  /** Where the caller's identity stands for the filter, which can count headers alone. */
  private static final String CALLER = "x-outrigger-caller";

  /** Callers that are told apart at a time; of more, those that asked last. */
  private static final int MOST_CALLERS = 10_000;

  private static final String CALLED = "header";
  private static final String ADDRESS = "remote_address";

  private RateLimitFilters() {}

  static List<HttpFilter> of(List<AuthorizationModel.Limits> all) {
    if (all.isEmpty()) {
      return List.of();
    }
    RuntimeFractionalPercent always =
        RuntimeFractionalPercent.newBuilder()
            .setDefaultValue(FractionalPercent.newBuilder().setNumerator(100))
            .build();
    LocalRateLimit.Builder filter =
        LocalRateLimit.newBuilder()
            .setStatPrefix("http_local_rate_limiter")
            .setFilterEnabled(always)
            .setFilterEnforced(always)
            .setEnableXRatelimitHeaders(XRateLimitHeadersRFCVersion.DRAFT_VERSION_03)
            // clients of gRPC repeat what was UNAVAILABLE, which a 429 is without this
            .setRateLimitedAsResourceExhausted(true);
    boolean byIdentity = false;
    for (AuthorizationModel.Limits policy : all) {
      for (int i = 0; i < policy.limits().size(); i++) {
        Limit limit = policy.limits().get(i);
        By by = limit.by();
        if (by == null && limit.to().isEmpty() && !filter.hasTokenBucket()) {
          filter.setTokenBucket(bucket(limit));
        } else {
          add(filter, limit, "ns[" + policy.namespace() + "]-limit[" + policy.name() + "]-" + i);
        }
        if (by != null) {
          filter.setMaxDynamicDescriptors(Values.number(MOST_CALLERS));
          byIdentity |= by.kind() == By.Kind.IDENTITY;
        }
      }
    }
    List<HttpFilter> out = new ArrayList<>();
    if (byIdentity) {
      out.add(mutation(removal(), identity()));
    }
    out.add(
        ConnectionManagers.filter(
            "local_ratelimit", "local_ratelimit.v3.LocalRateLimit", filter.build()));
    if (byIdentity) {
      out.add(mutation(removal()));
    }
    return out;
  }

  private static TokenBucket bucket(Limit limit) {
    return TokenBucket.newBuilder()
        .setMaxTokens(limit.requests())
        .setTokensPerFill(Values.number(limit.requests()))
        .setFillInterval(Values.duration(limit.per()))
        .build();
  }

  /**
   * A limit with a descriptor of its own, whose entries but the last are all {@code limit=name}:
   * one for each of its operations. The actions for the n-th make them where that matches and none
   * before does, so that a request of two operations is counted once, and all in one bucket.
   */
  private static void add(LocalRateLimit.Builder filter, Limit limit, String name) {
    By by = limit.by();
    int entries = Math.max(1, limit.to().size());
    for (int matching = 0; matching < entries; matching++) {
      RateLimit.Builder actions = RateLimit.newBuilder();
      for (int i = 0; i < entries; i++) {
        actions.addActions(
            limit.to().isEmpty() || i > matching
                ? constant(name)
                : OperationMatch.of(limit.to().get(i), i == matching, name));
      }
      if (by != null) {
        actions.addActions(caller(by));
      }
      filter.addRateLimits(actions);
    }
    LocalRateLimitDescriptor.Builder descriptor =
        LocalRateLimitDescriptor.newBuilder().setTokenBucket(bucket(limit));
    for (int i = 0; i < entries; i++) {
      descriptor.addEntries(
          RateLimitDescriptor.Entry.newBuilder().setKey(OperationMatch.KEY).setValue(name));
    }
    if (by == null) {
      filter.addDescriptors(descriptor);
      return;
    }
    if (by.kind() == By.Kind.HEADER) {
      filter.addDescriptors(descriptor); // all requests without the header together
    }
    filter.addDescriptors(
        descriptor
            .clone()
            .addEntries(
                RateLimitDescriptor.Entry.newBuilder()
                    .setKey(by.kind() == By.Kind.ADDRESS ? ADDRESS : CALLED)));
  }

  private static RateLimit.Action constant(String name) {
    return RateLimit.Action.newBuilder()
        .setGenericKey(
            RateLimit.Action.GenericKey.newBuilder()
                .setDescriptorKey(OperationMatch.KEY)
                .setDescriptorValue(name))
        .build();
  }

  private static RateLimit.Action caller(By by) {
    RateLimit.Action.Builder out = RateLimit.Action.newBuilder();
    if (by.kind() == By.Kind.ADDRESS) {
      return out.setRemoteAddress(RateLimit.Action.RemoteAddress.getDefaultInstance()).build();
    }
    return out.setRequestHeaders(
            RateLimit.Action.RequestHeaders.newBuilder()
                .setHeaderName(by.kind() == By.Kind.HEADER ? by.header() : CALLER)
                .setDescriptorKey(CALLED)
                .setSkipIfAbsent(by.kind() == By.Kind.HEADER))
        .build();
  }

  private static HeaderMutation removal() {
    return HeaderMutation.newBuilder().setRemove(CALLER).build();
  }

  /** With text before it, so that it stands there for callers without a certificate too. */
  private static HeaderMutation identity() {
    return HeaderMutation.newBuilder()
        .setAppend(
            HeaderValueOption.newBuilder()
                .setAppendAction(HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .setHeader(
                    HeaderValue.newBuilder()
                        .setKey(CALLER)
                        .setValue("is %DOWNSTREAM_PEER_URI_SAN%")))
        .build();
  }

  private static HttpFilter mutation(HeaderMutation... steps) {
    return ConnectionManagers.filter(
        "header_mutation",
        "header_mutation.v3.HeaderMutation",
        io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation.newBuilder()
            .setMutations(Mutations.newBuilder().addAllRequestMutations(List.of(steps)))
            .build());
  }
}
