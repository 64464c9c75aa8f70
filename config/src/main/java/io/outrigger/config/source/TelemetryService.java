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

  /** core.v3.HttpService; a time-out of 0 is the exporter's own. */
  record Http(HttpUri uri, List<Map.Entry<String, String>> headers) implements TelemetryService {
    public Http {
      headers = List.copyOf(headers);
    }

    @Override
    public String cluster() {
      return uri.cluster();
    }
  }
}
