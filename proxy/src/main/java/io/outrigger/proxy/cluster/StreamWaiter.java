package io.outrigger.proxy.cluster;

import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a stream to an upstream; an attempt implements it.
 *
 * <p>Exactly one of {@link #onStream} and {@link #onFailure} is called, unless the wait is
 * cancelled; it may be before {@link WorkerCluster#newStream} returns.
 */
public interface StreamWaiter {
  /** What the stream's response goes to; asked for just before {@link #onStream}. */
  ResponseSink sink();

  /** The stream is open: headers may be sent. {@code info} is the connection's, shared. */
  void onStream(ClientStream stream, UpstreamInfo info);

  /**
   * No stream can be had: connect failure, timeout, overflow. {@code transportFailure} is the
   * transport's own sentence, where there is one.
   */
  void onFailure(ResetReason reason, @Nullable String transportFailure);
}
