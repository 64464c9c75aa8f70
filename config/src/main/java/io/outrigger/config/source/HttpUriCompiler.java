package io.outrigger.config.source;

import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;

/** Compiles HttpUri messages. */
public final class HttpUriCompiler {
  private HttpUriCompiler() {}

  public static HttpUri compile(
      io.envoyproxy.envoy.config.core.v3.HttpUri proto, Problems problems) {
    if (proto.getUri().isEmpty()) {
      problems.error("uri", "is empty; a URI is required");
    }
    if (proto.getCluster().isEmpty()) {
      problems.error("cluster", "is empty; a cluster's name is required");
    }
    String text = proto.getUri();
    int scheme = text.indexOf("://");
    String rest = scheme < 0 ? text : text.substring(scheme + 3);
    int slash = rest.indexOf('/');
    return new HttpUri(
        proto.getCluster(),
        slash < 0 ? rest : rest.substring(0, slash),
        slash < 0 ? "/" : rest.substring(slash),
        Millis.orElse(proto.hasTimeout(), proto.getTimeout(), 0, problems.at("timeout")));
  }
}
