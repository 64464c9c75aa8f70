package io.outrigger.proxy.grpc;

import java.util.List;

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

  /** A call without metadata or deadline. */
  public static GrpcRequest of(String path) {
    return new GrpcRequest(path, List.of(), 0);
  }
}
