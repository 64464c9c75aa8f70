package io.outrigger.config.route;

import com.google.protobuf.ByteString;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.source.DataSourceCompiler;

/** Compiles DirectResponseAction messages. */
final class DirectResponseCompiler {
  private DirectResponseCompiler() {}

  /**
   * The action.
   *
   * @param maxBody bytes that a body may have: max_direct_response_body_size_bytes
   */
  static DirectResponseAction compile(
      io.envoyproxy.envoy.config.route.v3.DirectResponseAction proto,
      long maxBody,
      Problems problems) {
    if (proto.getStatus() < 200 || proto.getStatus() > 599) {
      problems.error("status", "is " + proto.getStatus() + "; 200 to 599 is allowed");
    }
    ByteString body = ByteString.EMPTY;
    if (proto.hasBody()) {
      Problems here = problems.at("body");
      body = DataSourceCompiler.bytes(DataSourceCompiler.compile(proto.getBody(), here), here);
      if (body.size() > maxBody) {
        here.error("response body size is " + body.size() + " bytes; maximum is " + maxBody);
      }
    }
    return new DirectResponseAction(proto.getStatus(), body.toByteArray());
  }
}
