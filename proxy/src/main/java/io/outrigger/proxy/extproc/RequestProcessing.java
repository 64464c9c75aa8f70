package io.outrigger.proxy.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.ExtProcMode;
import io.outrigger.proxy.http.Exchange;

/** A request's way through the processor. */
final class RequestProcessing extends Processing {
  RequestProcessing(ExtProcFilter filter, Exchange exchange, ExtProcMode.Way mode) {
    super(filter, exchange, mode);
  }

  @Override
  void putHead(ProcessingRequest.Builder message, HttpHeaders said) {
    message.setRequestHeaders(said);
  }

  @Override
  void putBody(ProcessingRequest.Builder message, HttpBody said) {
    message.setRequestBody(said);
  }

  @Override
  void putTrailers(ProcessingRequest.Builder message, HttpTrailers said) {
    message.setRequestTrailers(said);
  }

  @Override
  void passData(ByteBuf data, boolean end) {
    exchange.filters().passData(filter, data, end);
  }

  @Override
  void passTrailers() {
    exchange.filters().passTrailers(filter);
  }

  @Override
  void bodyFollows() {
    exchange.filters().bodyFollows();
  }

  @Override
  void resume() {
    exchange.resume();
  }

  @Override
  void holdBack(boolean now) {
    if (now) {
      exchange.pauseRequest();
    } else {
      exchange.resumeRequest();
    }
  }

  @Override
  void collect() {}

  @Override
  void tooLarge() {
    exchange.refuseBody();
  }

  @Override
  void routeAnew(CommonResponse said) {
    ProcStats stats = filter.stats();
    boolean changed = said.hasHeaderMutation();
    switch (filter.config().routeCache()) {
      case CLEAR -> {
        if (changed) {
          exchange.clearRoute();
        }
      }
      case RETAIN -> {
        if (said.getClearRouteCache()) {
          (changed ? stats.clearRouteCacheDisabled : stats.clearRouteCacheIgnored)
              .inc(filter.cell());
        }
      }
      case DEFAULT -> {
        if (said.getClearRouteCache() && changed) {
          exchange.clearRoute();
        } else if (said.getClearRouteCache()) {
          stats.clearRouteCacheIgnored.inc(filter.cell());
        }
      }
    }
  }
}
