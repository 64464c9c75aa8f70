/**
 * What the kernel counted of TCP connections, as statistics: the transport socket {@code
 * envoy.transport_sockets.tcp_stats} of clusters and listeners. Connections are on their workers.
 */
@NullMarked
package io.outrigger.proxy.tcpstats;

import org.jspecify.annotations.NullMarked;
