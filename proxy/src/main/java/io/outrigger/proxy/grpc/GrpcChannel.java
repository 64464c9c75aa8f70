package io.outrigger.proxy.grpc;

import io.outrigger.proxy.worker.Worker;

/** One connection to a gRPC server with any number of calls on it. Called on the worker. */
public interface GrpcChannel {
  /**
   * Connects; the listener hears the result. Reconnecting is the caller's business. May be called
   * on any thread; the listener is called on the worker.
   */
  static void connect(Worker worker, GrpcTarget target, Listener listener) {
    new GrpcConnection(worker, target, listener).connect();
  }

  /** Starts a call whose messages go both ways. */
  GrpcStream start(GrpcRequest request, GrpcStream.Listener listener);

  /** Calls with one message and waits for one; the returned stream serves to cancel. */
  GrpcStream unary(GrpcRequest request, byte[] message, Unary listener);

  /** Closes the connection; calls under way end in UNAVAILABLE. */
  void close();

  /** Hears of a connection's life, on the worker. */
  interface Listener {
    void onConnected(GrpcChannel channel);

    /** Connecting failed, or the connection that stood is gone; nothing follows. */
    void onDisconnected(String reason);
  }

  /** Takes the result of a unary call. */
  @FunctionalInterface
  interface Unary {
    /** The response is there if the status is OK, and else empty. */
    void onResult(GrpcStatus status, byte[] response);
  }
}
