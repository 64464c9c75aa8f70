package io.outrigger.proxy.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.cel.Attribute;
import io.outrigger.proxy.http.Exchange;
import java.util.List;

/** A request's way through the processor. */
final class RequestSide implements Side {
  private final ExtProcFilter filter;
  private final Exchange exchange;

  RequestSide(ExtProcFilter filter, Exchange exchange) {
    this.filter = filter;
    this.exchange = exchange;
  }

  @Override
  public void putHead(ProcessingRequest.Builder message, HttpHeaders said) {
    message.setRequestHeaders(said);
  }

  @Override
  public void putBody(ProcessingRequest.Builder message, HttpBody said) {
    message.setRequestBody(said);
  }

  @Override
  public void putTrailers(ProcessingRequest.Builder message, HttpTrailers said) {
    message.setRequestTrailers(said);
  }

  @Override
  public List<Attribute> attributes() {
    return filter.config().requestAttributes();
  }

  @Override
  public void passData(ByteBuf data, boolean end) {
    exchange.filters().passData(filter, data, end);
  }

  @Override
  public void passTrailers() {
    exchange.filters().passTrailers(filter);
  }

  @Override
  public void bodyFollows() {
    exchange.filters().bodyFollows();
  }

  @Override
  public void resume() {
    exchange.resume();
  }

  @Override
  public void holdBack(boolean now) {
    if (now) {
      exchange.pauseRequest();
    } else {
      exchange.resumeRequest();
    }
  }

  @Override
  public void collect() {}

  @Override
  public void tooLarge() {
    exchange.refuseBody();
  }

  @Override
  public void routeAnew(CommonResponse said) {
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
