package io.outrigger.proxy.cluster;

import io.outrigger.proxy.tls.TlsInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one upstream connection; made once, shared by all streams on it.
 *
 * @param host the host that it goes to
 * @param connectionId unique in the process
 * @param protocol HTTP/1.1, HTTP/2, or null for plain TCP
 * @param localAddress our end, as text
 * @param remoteAddress the upstream's end, as text
 * @param tls of the connection, or null without TLS
 * @param peerExchange the ALPN protocol by which its cluster exchanges metadata of peers, or null
 * @param connectStartNanos when connecting began, by {@code Worker.nanos}
 * @param connectedNanos when TCP was up
 * @param handshakeNanos when TLS was up, or 0
 */
public record UpstreamInfo(
    Host host,
    long connectionId,
    @Nullable String protocol,
    String localAddress,
    String remoteAddress,
    @Nullable TlsInfo tls,
    @Nullable String peerExchange,
    long connectStartNanos,
    long connectedNanos,
    long handshakeNanos) {}
