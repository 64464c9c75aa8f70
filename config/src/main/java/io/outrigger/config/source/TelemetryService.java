package io.outrigger.config.source;

import java.util.List;
import java.util.Map;

/** What takes spans and log records: a gRPC service, or an HTTP one. Both behind a cluster. */
public sealed interface TelemetryService {
  /** The name of the cluster. */
  String cluster();

  /** core.v3.GrpcService. */
  record Grpc(GrpcService service) implements TelemetryService {
    @Override
    public String cluster() {
      return service.cluster();
    }
  }

  /**
   * core.v3.HttpService.
   *
   * @param timeoutMillis 0: the exporter's own
   */
  record Http(
      String cluster,
      String host,
      String path,
      long timeoutMillis,
      List<Map.Entry<String, String>> headers)
      implements TelemetryService {
    public Http {
      headers = List.copyOf(headers);
    }
  }
}
