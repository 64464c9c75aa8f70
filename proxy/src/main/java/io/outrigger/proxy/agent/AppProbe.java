package io.outrigger.proxy.agent;

import java.util.List;
import java.util.Map;

/**
 * A question of the kubelet's about the application, as it was in the pod before injection.
 *
 * @param path where the kubelet asks for it now
 * @param request of HTTP: the path to ask for
 * @param headers of HTTP, with the host if the pod gives one
 * @param service of gRPC: the name in its question
 */
record AppProbe(
    String path,
    Kind kind,
    int port,
    String request,
    List<Map.Entry<String, String>> headers,
    String service,
    long timeoutMillis) {
  /** How the application is asked. */
  enum Kind {
    HTTP,
    HTTPS,
    TCP,
    GRPC
  }

  AppProbe {
    headers = List.copyOf(headers);
  }

  /** The cluster that leads there. */
  String cluster() {
    return AppClusters.name(kind, port);
  }
}
