package io.outrigger.proxy.stream;

/** Gives each new request of a server connection its sink; called on the worker. */
@FunctionalInterface
public interface StreamAcceptor {
  RequestSink accept(ServerStream stream);
}
