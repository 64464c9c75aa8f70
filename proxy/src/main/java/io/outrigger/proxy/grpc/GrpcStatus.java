package io.outrigger.proxy.grpc;

/**
 * How a call ended: gRPC's code and message.
 *
 * @param code one of gRPC's status codes, 0 is OK
 * @param message the server's sentence, percent-decoded, or ours; may be empty
 */
public record GrpcStatus(int code, String message) {
  public static final int OK = 0;
  public static final int CANCELLED = 1;
  public static final int UNKNOWN = 2;
  public static final int DEADLINE_EXCEEDED = 4;
  public static final int PERMISSION_DENIED = 7;
  public static final int RESOURCE_EXHAUSTED = 8;
  public static final int UNIMPLEMENTED = 12;
  public static final int INTERNAL = 13;
  public static final int UNAVAILABLE = 14;
  public static final int UNAUTHENTICATED = 16;

  public boolean isOk() {
    return code == OK;
  }
}
