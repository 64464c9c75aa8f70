package io.outrigger.proxy.tcp;

import io.outrigger.proxy.istio.PeerExchanges;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.TerminalFilter;

/**
 * istio.metadata_exchange of a listener: notes who a client says it is, and tells it who is here,
 * with the first bytes of either side.
 */
public final class PeerExchangeGate implements TerminalFilter {
  private final String protocol;
  private final PeerExchanges exchanges;
  private final TerminalFilter next;

  public PeerExchangeGate(String protocol, PeerExchanges exchanges, TerminalFilter next) {
    this.protocol = protocol;
    this.exchanges = exchanges;
    this.next = next;
  }

  @Override
  public void start(DownstreamConnection connection) {
    exchanges.begin(
        connection.channel(),
        connection.alpn(),
        protocol,
        false,
        connection.worker().index(),
        connection::clientWorkload);
    next.start(connection);
  }

  @Override
  public void refuse(DownstreamConnection connection) {
    next.refuse(connection);
  }
}
