package io.outrigger.api.grpc;

import java.util.List;

/** The names of gRPC's status codes, as google.rpc.Code has them. */
public final class GrpcStatus {
  /** By number, from 0. */
  public static final List<String> NAMES =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  /** A code's name, or its number if it has none. */
  public static String name(int status) {
    return status >= 0 && status < NAMES.size() ? NAMES.get(status) : Integer.toString(status);
  }

  private GrpcStatus() {}
}
