package io.outrigger.proxy.grpc;

import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/** One gRPC call: messages out, messages in, and one status at its end. Called on the worker. */
public interface GrpcStream {
  /** Sends a message. What can't go out yet waits; see {@link #isWritable}. */
  void send(byte[] message);

  /** Says that no message follows. */
  void halfClose();

  /** Gives the call up; the listener hears nothing more. */
  void cancel();

  /** False while messages wait for the peer beyond the limit. */
  boolean isWritable();

  /** Stops messages from coming; counted. The server is held back by flow control. */
  void pause();

  void resume();

  /** What a call tells its caller, on the worker. */
  interface Listener {
    /** The response's headers; the block is valid during the call only. */
    default void onHeaders(Headers headers) {}

    void onMessage(byte[] message);

    /** There is room again after {@link #isWritable} was false. */
    default void onWritable() {}

    /** The end, exactly once; trailers are null where none came. */
    void onClose(GrpcStatus status, @Nullable Headers trailers);
  }
}
