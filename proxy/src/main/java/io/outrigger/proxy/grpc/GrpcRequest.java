package io.outrigger.proxy.grpc;

import io.outrigger.config.source.GrpcService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a call asks for.
 *
 * @param path {@code /package.Service/Method}
 * @param metadata headers to send along, in order
 * @param deadlineMillis time until the call ends in DEADLINE_EXCEEDED; 0 is none
 */
public record GrpcRequest(String path, List<Metadata> metadata, long deadlineMillis) {
  /** One header; a name in lower case, a value in ASCII. */
  public record Metadata(String name, String value) {}

  public GrpcRequest {
    metadata = List.copyOf(metadata);
  }

  /** A call of a service, with the metadata that is configured for it. */
  public static GrpcRequest to(GrpcService service, String path, long deadlineMillis) {
    List<Metadata> metadata = new ArrayList<>(service.metadata().size());
    for (Map.Entry<String, String> entry : service.metadata()) {
      metadata.add(new Metadata(entry.getKey(), entry.getValue()));
    }
    return new GrpcRequest(path, metadata, deadlineMillis);
  }

  /** A call without metadata or deadline. */
  public static GrpcRequest of(String path) {
    return new GrpcRequest(path, List.of(), 0);
  }
}
