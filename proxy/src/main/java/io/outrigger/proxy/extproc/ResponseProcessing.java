package io.outrigger.proxy.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.ExtProcMode;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;

/** A response's way through the processor. */
final class ResponseProcessing extends Processing {
  ResponseProcessing(ExtProcFilter filter, Exchange exchange, ExtProcMode.Way mode) {
    super(filter, exchange, mode);
  }

  @Override
  void putHead(ProcessingRequest.Builder message, HttpHeaders said) {
    message.setResponseHeaders(said);
  }

  @Override
  void putBody(ProcessingRequest.Builder message, HttpBody said) {
    message.setResponseBody(said);
  }

  @Override
  void putTrailers(ProcessingRequest.Builder message, HttpTrailers said) {
    message.setResponseTrailers(said);
  }

  @Override
  void passData(ByteBuf data, boolean end) {
    exchange.filters().response().passData(filter, data, end);
  }

  @Override
  void passTrailers() {
    exchange.filters().response().passTrailers(filter);
  }

  @Override
  void bodyFollows() {
    exchange.filters().response().bodyFollows();
  }

  @Override
  void resume() {
    exchange.filters().response().resume();
  }

  @Override
  void holdBack(boolean now) {
    exchange.filters().response().full(now);
  }

  @Override
  void collect() {
    exchange.filters().response().collect();
  }

  @Override
  void tooLarge() {
    exchange.scope().stats().countResponseTooLarge(exchange.worker().index());
    exchange.fail(Failure.RESPONSE_TOO_LARGE);
  }

  @Override
  void routeAnew(CommonResponse said) {} // the request has gone
}
