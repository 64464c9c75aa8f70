package io.outrigger.config.ratelimit;

import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;

/** Where a value of metadata is. */
final class MetadataPath {
  final String namespace;
  final String[] path;

  MetadataPath(MetadataKey key) {
    namespace = key.getKey();
    path = new String[key.getPathCount()];
    for (int i = 0; i < path.length; i++) {
      path[i] = key.getPath(i).getKey();
    }
  }
}
