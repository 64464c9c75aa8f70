package io.outrigger.proxy.cluster;

import io.netty.channel.Channel;
import io.outrigger.proxy.stream.ResetReason;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a plain connection to an upstream; the TCP proxy's session implements it.
 *
 * <p>Exactly one of the two is called, unless the wait is cancelled; it may be before {@link
 * WorkerCluster#newTcpConnection} returns.
 */
public interface TcpWaiter {
  /**
   * Connected, with TLS up where the cluster has it. Reading is off ({@code autoRead} false); the
   * waiter adds its handler to the end of the pipeline and owns the channel from now on. It need
   * not tell when it ends: the pool hears the channel close.
   */
  void onConnection(Channel channel, UpstreamInfo info);

  void onFailure(ResetReason reason, @Nullable String transportFailure);
}
