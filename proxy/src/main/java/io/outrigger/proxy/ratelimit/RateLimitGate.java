package io.outrigger.proxy.ratelimit;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.proxy.accesslog.ValueFormat;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.listener.ConnectionLogEntry;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.HeldConnection;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.network.ratelimit: a connection waits until a service has said whether it is within
 * its limits, before anything is done for it upstream. On its worker.
 */
public final class RateLimitGate implements TerminalFilter {
  private static final String NAMESPACE = "envoy.filters.network.ratelimit";

  private final NetworkFilterConfig.RateLimit config;
  private final Clusters clusters;
  private final TerminalFilter next;
  private final ValueFormat values = new ValueFormat(true);
  private final Counter total;
  private final Counter ok;
  private final Counter overLimit;
  private final Counter error;
  private final Counter failureModeAllowed;
  private final Counter closed;
  private final Gauge active;

  public RateLimitGate(
      NetworkFilterConfig.RateLimit config,
      Clusters clusters,
      StatStore store,
      TerminalFilter next) {
    this.config = config;
    this.clusters = clusters;
    this.next = next;
    String prefix = "ratelimit." + config.statPrefix() + ".";
    this.total = store.counter(prefix + "total");
    this.ok = store.counter(prefix + "ok");
    this.overLimit = store.counter(prefix + "over_limit");
    this.error = store.counter(prefix + "error");
    this.failureModeAllowed = store.counter(prefix + "failure_mode_allowed");
    this.closed = store.counter(prefix + "cx_closed");
    this.active = store.gauge(prefix + "active");
  }

  @Override
  public void start(DownstreamConnection connection) {
    if (config.enabled().admits(connection.worker().randomLong())) {
      new Wait(connection).start();
    } else {
      next.start(connection);
    }
  }

  @Override
  public void refuse(DownstreamConnection connection) {
    next.refuse(connection);
  }

  private RateLimitRequest question(DownstreamConnection connection) {
    ConnectionLogEntry facts = new ConnectionLogEntry(connection);
    RateLimitRequest.Builder request = RateLimitRequest.newBuilder().setDomain(config.domain());
    for (NetworkFilterConfig.LimitDescriptor descriptor : config.descriptors()) {
      RateLimitDescriptor.Builder told = RateLimitDescriptor.newBuilder();
      for (NetworkFilterConfig.LimitDescriptor.Entry entry : descriptor.entries()) {
        told.addEntries(
            RateLimitDescriptor.Entry.newBuilder()
                .setKey(entry.key())
                .setValue(values.text(entry.value(), facts)));
      }
      request.addDescriptors(told);
    }
    return request.build();
  }

  /** One connection's wait for the answer. */
  private final class Wait {
    private final DownstreamConnection connection;
    private final HeldConnection held;

    Wait(DownstreamConnection connection) {
      this.connection = connection;
      this.held = new HeldConnection(connection, next, active, closed);
    }

    void start() {
      total.inc(connection.worker().index());
      held.asked(
          RateLimitService.ask(
                  connection.worker(),
                  clusters,
                  config.service(),
                  config.timeoutMillis(),
                  question(connection),
                  this::onAnswer)
              ::cancel);
    }

    private void onAnswer(@Nullable RateLimitResponse response) {
      held.answered();
      if (goesOn(response, connection.worker().index())) {
        held.goOn();
      } else {
        held.refuse(
            response == null
                ? "ratelimit_error_failure_mode_connection_close"
                : "ratelimit_close_over_limit");
      }
    }

    private boolean goesOn(@Nullable RateLimitResponse response, int cell) {
      if (response == null || response.getOverallCode() == RateLimitResponse.Code.UNKNOWN) {
        error.inc(cell);
        if (!config.failureModeDeny()) {
          failureModeAllowed.inc(cell);
        }
        return !config.failureModeDeny();
      }
      if (response.getDynamicMetadata().getFieldsCount() > 0) {
        connection.metadata().put(NAMESPACE, response.getDynamicMetadata());
      }
      if (response.getOverallCode() == RateLimitResponse.Code.OK) {
        ok.inc(cell);
        return true;
      }
      overLimit.inc(cell);
      return !config.enforced().admits(connection.worker().randomLong());
    }
  }
}
