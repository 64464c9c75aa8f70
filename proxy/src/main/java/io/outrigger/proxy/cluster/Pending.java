package io.outrigger.proxy.cluster;

/** A wait for a stream or connection that can be given up. Used on the worker only. */
public interface Pending {
  /** What is returned when the waiter was told before the call returned. */
  Pending DONE = () -> {};

  /** Gives the wait up; the waiter hears nothing more. Without effect once it was told. */
  void cancel();
}
