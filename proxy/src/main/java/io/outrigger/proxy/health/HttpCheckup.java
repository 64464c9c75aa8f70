package io.outrigger.proxy.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.config.cluster.HealthCheck.StatusRange;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.router.UpstreamStatus;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import org.jspecify.annotations.Nullable;

/** http_health_check: a request, and what its answer says. */
final class HttpCheckup extends HttpConnectionCheckup {
  private static final HeaderName USER_AGENT = HeaderName.USER_AGENT;
  private static final HeaderName DEGRADED = HeaderName.of("x-envoy-degraded");
  private static final HeaderName CHECKED_CLUSTER =
      HeaderName.of("x-envoy-upstream-healthchecked-cluster");

  private final HealthCheck.Http config;
  private final HealthStats stats;
  private @Nullable Call call;

  HttpCheckup(
      CheckScope scope, Host host, HealthCheck.Http config, HealthStats stats, Verdict verdict) {
    super(scope, host, config.http2(), verdict);
    this.config = config;
    this.stats = stats;
  }

  @Override
  void send(ClientConnection connection) {
    Call next = new Call();
    call = next;
    Headers headers = scope.worker().headers().take();
    headers.add(HeaderName.METHOD, config.method());
    headers.add(HeaderName.SCHEME, scheme());
    headers.add(HeaderName.PATH, config.path());
    headers.add(HeaderName.AUTHORITY, scope.authority(host, config.host()));
    headers.add(USER_AGENT, "Envoy/HC"); // what servers know checks by
    CheckEntry.apply(config.requestHeaders(), headers, scope, isHttp2());
    boolean body = !config.send().isEmpty();
    if (body) {
      headers.add(HeaderName.CONTENT_LENGTH, Integer.toString(config.send().size()));
    }
    ClientStream stream = connection.newStream(next);
    stream.sendHeaders(headers, !body);
    scope.worker().headers().give(headers);
    if (body && isCurrent(next)) {
      stream.sendData(Unpooled.wrappedBuffer(config.send().asReadOnlyByteBuffer()), true);
    }
  }

  @Override
  void forget() {
    call = null;
  }

  @SuppressWarnings("ReferenceEquality")
  private boolean isCurrent(Call one) {
    return call == one;
  }

  private void settle(Call done) {
    call = null;
    ended();
    if (!StatusRange.anyHas(config.expectedStatuses(), done.status)) {
      if (done.immediateFail) {
        host.setFlag(Host.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, true);
      }
      boolean retriable = StatusRange.anyHas(config.retriableStatuses(), done.status);
      verdict.unhealthy(FailureType.ACTIVE, retriable, done.status);
    } else if (!config.receive().isEmpty() && !Payloads.match(config.receive(), done.body)) {
      verdict.unhealthy(FailureType.ACTIVE, false, done.status);
    } else if (config.serviceName() != null && !isService(done)) {
      verdict.unhealthy(FailureType.ACTIVE, false, done.status);
    } else {
      verdict.healthy(done.degraded);
    }
  }

  private boolean isService(Call done) {
    stats.verifyCluster.inc(scope.worker().index());
    return config.serviceName() != null && config.serviceName().matches(done.cluster);
  }

  /** One request. */
  private final class Call implements ResponseSink {
    private final ByteBuf body = Unpooled.buffer(0, Integer.MAX_VALUE);
    private int status;
    private boolean degraded;
    private boolean immediateFail;
    private String cluster = "";

    @Override
    public void onInformational(Headers headers) {}

    @Override
    public void onResponseHeaders(Headers headers, boolean endStream) {
      status = UpstreamStatus.of(headers);
      degraded = headers.contains(DEGRADED);
      immediateFail = headers.contains(HeaderName.X_ENVOY_IMMEDIATE_HEALTH_CHECK_FAIL);
      String from = headers.value(CHECKED_CLUSTER);
      cluster = from == null ? "" : from;
      scope.worker().headers().give(headers);
      if (endStream) {
        end();
      }
    }

    @Override
    public void onResponseData(ByteBuf data, boolean endStream) {
      long room =
          config.bodyLimit() == 0 ? Long.MAX_VALUE : config.bodyLimit() - body.readableBytes();
      if (!config.receive().isEmpty() && room > 0) {
        body.writeBytes(data, (int) Math.min(room, data.readableBytes()));
      }
      data.release();
      if (endStream) {
        end();
      }
    }

    @Override
    public void onResponseTrailers(Headers trailers) {
      scope.worker().headers().give(trailers);
      end();
    }

    private void end() {
      if (isCurrent(this)) {
        settle(this);
      }
    }

    @Override
    public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
      if (isCurrent(this)) {
        lost();
      }
    }

    @Override
    public void onRequestWritable() {}
  }
}
