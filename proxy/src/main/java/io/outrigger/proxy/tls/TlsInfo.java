package io.outrigger.proxy.tls;

import org.jspecify.annotations.Nullable;

/**
 * What a handshake agreed on.
 *
 * @param version as Envoy prints it: TLSv1.2, TLSv1.3
 * @param cipher OpenSSL's name of the cipher suite
 * @param alpn the protocol agreed on, if any
 * @param sni the server name that the client asked for, if any
 * @param sessionId lower-case hex; empty where there is none
 * @param peer the peer's certificate, if it showed one
 * @param local the certificate that this side showed, if any
 * @param peerValidated whether the peer's certificate was checked against a trusted CA
 */
public record TlsInfo(
    String version,
    String cipher,
    @Nullable String alpn,
    @Nullable String sni,
    String sessionId,
    @Nullable PeerIdentity peer,
    @Nullable PeerIdentity local,
    boolean peerValidated) {}
