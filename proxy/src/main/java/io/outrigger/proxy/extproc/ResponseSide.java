package io.outrigger.proxy.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.cel.Attribute;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;
import java.util.List;

/** A response's way through the processor. */
final class ResponseSide implements Side {
  private final ExtProcFilter filter;
  private final Exchange exchange;

  ResponseSide(ExtProcFilter filter, Exchange exchange) {
    this.filter = filter;
    this.exchange = exchange;
  }

  @Override
  public void putHead(ProcessingRequest.Builder message, HttpHeaders said) {
    message.setResponseHeaders(said);
  }

  @Override
  public void putBody(ProcessingRequest.Builder message, HttpBody said) {
    message.setResponseBody(said);
  }

  @Override
  public void putTrailers(ProcessingRequest.Builder message, HttpTrailers said) {
    message.setResponseTrailers(said);
  }

  @Override
  public List<Attribute> attributes() {
    return filter.config().responseAttributes();
  }

  @Override
  public void passData(ByteBuf data, boolean end) {
    exchange.filters().response().passData(filter, data, end);
  }

  @Override
  public void passTrailers() {
    exchange.filters().response().passTrailers(filter);
  }

  @Override
  public void bodyFollows() {
    exchange.filters().response().bodyFollows();
  }

  @Override
  public void resume() {
    exchange.filters().response().resume();
  }

  @Override
  public void holdBack(boolean now) {
    exchange.filters().response().full(now);
  }

  @Override
  public void collect() {
    exchange.filters().response().collect();
  }

  @Override
  public void tooLarge() {
    exchange.scope().stats().countResponseTooLarge(exchange.worker().index());
    exchange.fail(Failure.RESPONSE_TOO_LARGE);
  }

  @Override
  public void routeAnew(CommonResponse said) {} // the request has gone
}
