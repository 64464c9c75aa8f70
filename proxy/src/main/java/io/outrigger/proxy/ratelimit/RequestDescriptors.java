package io.outrigger.proxy.ratelimit;

import com.google.protobuf.Value;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.address.IpText;
import io.outrigger.config.filter.VirtualHostLimits;
import io.outrigger.config.http.Headers;
import io.outrigger.config.ratelimit.Descriptors;
import io.outrigger.config.ratelimit.RateLimitPolicy;
import io.outrigger.config.ratelimit.RateLimitRequest;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.http.Exchange;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the descriptors of requests. One a worker and filter, used again: what it made holds until
 * it makes the next.
 */
public final class RequestDescriptors implements RateLimitRequest {
  private final Descriptors made = new Descriptors();
  private @Nullable Exchange exchange;

  /**
   * The descriptors of a request: by the filter's own policies if it has any, else by those of this
   * stage that its route and virtual host have.
   *
   * @param onStreamDone those that count when the request is over, else those that count before
   */
  public Descriptors of(
      Exchange request,
      List<RateLimitPolicy> own,
      int stage,
      VirtualHostLimits hosts,
      boolean onStreamDone) {
    made.clear();
    exchange = request;
    if (!own.isEmpty()) {
      describe(own, 0, onStreamDone);
    } else {
      Route route = request.route();
      if (route != null && route.action() instanceof ForwardAction forward) {
        describe(forward.rateLimits(), stage, onStreamDone);
        if (forward.includeHostRateLimits()
            || hosts == VirtualHostLimits.INCLUDE
            || (hosts == VirtualHostLimits.OVERRIDE && forward.rateLimits().isEmpty())) {
          describe(route.virtualHost().rateLimits(), stage, onStreamDone);
        }
      }
    }
    exchange = null;
    return made;
  }

  private void describe(List<RateLimitPolicy> policies, int stage, boolean onStreamDone) {
    for (int i = 0, size = policies.size(); i < size; i++) {
      RateLimitPolicy policy = policies.get(i);
      if (policy.stage() == stage
          && policy.onStreamDone() == onStreamDone
          && policy.enabled().admits(exchange().worker().randomLong())) {
        policy.describe(this, made);
      }
    }
  }

  private Exchange exchange() {
    Exchange request = exchange;
    assert request != null;
    return request;
  }

  @Override
  public Headers headers() {
    return exchange().request();
  }

  @Override
  public @Nullable String destinationCluster() {
    return destination(exchange());
  }

  /** The cluster that a request's route names for it; null: none. */
  public static @Nullable String destination(Exchange request) {
    Route route = request.route();
    return route != null && route.action() instanceof ForwardAction forward
        ? forward.cluster().name(request.request(), request.random())
        : null;
  }

  @Override
  public String sourceCluster() {
    return exchange().scope().node().getCluster();
  }

  @Override
  public @Nullable InetAddress remoteAddress() {
    return exchange().remoteInet();
  }

  @Override
  public String text(InetAddress address) {
    return IpText.of(address);
  }

  @Override
  public @Nullable Value dynamicMetadata(String namespace, String[] path) {
    return exchange().dynamicMetadata(namespace, path);
  }

  @Override
  public @Nullable Value routeMetadata(String namespace, String[] path) {
    return exchange().metadata("ROUTE", namespace, path);
  }

  @Override
  public String text(LogFormat format) {
    return exchange().scope().values().text(format, exchange());
  }
}
