package io.outrigger.proxy.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;

/** The service, as one exchange speaks with it. */
interface Processor {
  void send(ProcessingRequest message);

  /** Nothing more is said; the listener hears nothing more. */
  void close();

  /** As {@link #close}, after this time, in which it may take in what it was told. */
  void closeLater(long millis);

  /** False while messages wait beyond the limit. */
  boolean isWritable();

  /** Hears the service; never within a call of it. */
  interface Listener {
    void onAnswer(ProcessingResponse said);

    /** There is room again after {@link #isWritable} was false. */
    void onWritable();

    /** The service says no more, and all is well. */
    void onEnd();

    /** The stream to the service can't be had, or broke off. */
    void onFailure(String details);

    /** A call of the service has no answer. */
    void onError(String details);
  }
}
