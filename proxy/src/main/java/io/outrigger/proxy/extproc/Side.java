package io.outrigger.proxy.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.cel.Attribute;
import java.util.List;

/** What differs between a request's and a response's way through the processor. */
interface Side {
  void putHead(ProcessingRequest.Builder message, HttpHeaders said);

  void putBody(ProcessingRequest.Builder message, HttpBody said);

  void putTrailers(ProcessingRequest.Builder message, HttpTrailers said);

  /** What is told of it besides, once. */
  List<Attribute> attributes();

  /** Passes a part of the body on. */
  void passData(ByteBuf data, boolean end);

  /** Passes the trailers on that were held. */
  void passTrailers();

  /** The head has no body yet, and gets one. */
  void bodyFollows();

  /** Lets the head go. */
  void resume();

  /** Holds the sender of the body back, or no longer. */
  void holdBack(boolean now);

  /** While the head waits, the body is wanted. */
  void collect();

  /** The body is longer than may be kept: a reply says so. */
  void tooLarge();

  /** The route may be another one by what was said. */
  void routeAnew(CommonResponse said);
}
