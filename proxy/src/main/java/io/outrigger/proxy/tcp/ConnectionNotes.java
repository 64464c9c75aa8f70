package io.outrigger.proxy.tcp;

import com.google.protobuf.Value;
import io.outrigger.config.filter.SetFilterStateConfig;
import io.outrigger.proxy.accesslog.ValueFormat;
import io.outrigger.proxy.listener.ConnectionLogEntry;
import io.outrigger.proxy.listener.TerminalFilter;

/**
 * Network filters that note something of a connection before the last filter has it:
 * set_filter_state and sni_cluster. On a worker.
 */
public final class ConnectionNotes {
  private ConnectionNotes() {}

  /** envoy.filters.network.set_filter_state. */
  public static TerminalFilter setFilterState(SetFilterStateConfig config, TerminalFilter next) {
    ValueFormat values = new ValueFormat();
    return connection -> {
      connection.filterState().note(config, values, new ConnectionLogEntry(connection));
      next.start(connection);
    };
  }

  /** envoy.filters.network.sni_cluster: the TCP proxy's cluster has the name that SNI has. */
  public static TerminalFilter sniCluster(TerminalFilter next) {
    return connection -> {
      String name = connection.requestedServerName();
      if (name != null && !name.isEmpty()) {
        connection
            .filterState()
            .put(TcpProxy.CLUSTER, Value.newBuilder().setStringValue(name).build());
      }
      next.start(connection);
    };
  }
}
