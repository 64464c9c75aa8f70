package io.outrigger.proxy.grpc;

import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/** Takes the one message of a unary call until its status is known. */
final class UnaryCall implements GrpcStream.Listener {
  private static final byte[] NOTHING = new byte[0];

  private final GrpcChannel.Unary listener;
  private byte @Nullable [] response;
  private boolean tooMany;

  UnaryCall(GrpcChannel.Unary listener) {
    this.listener = listener;
  }

  @Override
  public void onMessage(byte[] message) {
    tooMany |= response != null;
    response = message;
  }

  @Override
  public void onClose(GrpcStatus status, @Nullable Headers trailers) {
    byte[] message = response;
    if (!status.isOk()) {
      listener.onResult(status, NOTHING);
    } else if (message == null || tooMany) {
      String what = tooMany ? "more than one message" : "no message";
      listener.onResult(new GrpcStatus(GrpcStatus.INTERNAL, "the response has " + what), NOTHING);
    } else {
      listener.onResult(status, message);
    }
  }
}
