package io.outrigger.config.tcp;

import io.envoyproxy.envoy.extensions.transport_sockets.tcp_stats.v3.Config;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;

/**
 * That the kernel's numbers of each connection are counted.
 *
 * @param updatePeriodMillis how often, beside its end; 0: not before its end
 */
public record TcpStatsConfig(long updatePeriodMillis) {
  public static TcpStatsConfig compile(Config proto, Problems problems) {
    return new TcpStatsConfig(
        Millis.orElse(
            proto.hasUpdatePeriod(), proto.getUpdatePeriod(), 0, problems.at("update_period")));
  }
}
