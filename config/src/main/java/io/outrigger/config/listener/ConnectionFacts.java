package io.outrigger.config.listener;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What filter chain matching asks of an accepted connection. Addresses are null on pipes. */
public interface ConnectionFacts {
  /** The local address, after the original destination was restored. */
  @Nullable InetAddress destinationAddress();

  int destinationPort();

  /** The SNI in lower case; empty if there is none. */
  String serverName();

  /** {@code tls}, or {@code raw_buffer}; empty counts as raw_buffer. */
  String transportProtocol();

  /** ALPN as the listener filters found it. */
  List<String> applicationProtocols();

  /** The socket's peer, before PROXY protocol changed the source. */
  @Nullable InetAddress directSourceAddress();

  @Nullable InetAddress sourceAddress();

  int sourcePort();
}
