package io.outrigger.config.hcm;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.hcm.PathNormalization.EscapedSlashes;

/** Compiles what a connection manager does to paths. */
final class PathNormalizationCompiler {
  private PathNormalizationCompiler() {}

  static PathNormalization compile(HttpConnectionManager proto, Problems problems) {
    return new PathNormalization(
        proto.getNormalizePath().getValue(),
        proto.getMergeSlashes(),
        switch (proto.getPathWithEscapedSlashesAction()) {
          case REJECT_REQUEST -> EscapedSlashes.REJECT_REQUEST;
          case UNESCAPE_AND_REDIRECT -> EscapedSlashes.UNESCAPE_AND_REDIRECT;
          case UNESCAPE_AND_FORWARD -> EscapedSlashes.UNESCAPE_AND_FORWARD;
          case IMPLEMENTATION_SPECIFIC_DEFAULT, KEEP_UNCHANGED -> EscapedSlashes.KEEP_UNCHANGED;
          case UNRECOGNIZED -> {
            problems.warning(
                "path_with_escaped_slashes_action", "is not known; KEEP_UNCHANGED is used");
            yield EscapedSlashes.KEEP_UNCHANGED;
          }
        });
  }
}
