package io.outrigger.proxy.grpc;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a gRPC server is and how it is reached.
 *
 * @param host a name or an address
 * @param authority what {@code :authority} says; usually {@code host:port}
 * @param tls null for plaintext; else a client context that offers {@code h2} by ALPN
 * @param serverName SNI and the name that the certificate is checked for where the context checks
 *     names; null is none
 * @param connectTimeoutMillis time for resolving, connecting and the TLS handshake together
 */
public record GrpcTarget(
    String host,
    int port,
    String authority,
    @Nullable SslContext tls,
    @Nullable String serverName,
    int connectTimeoutMillis) {

  /** A server reached in plaintext, within five seconds. */
  public static GrpcTarget plaintext(String host, int port) {
    return new GrpcTarget(host, port, host + ":" + port, null, null, 5000);
  }

  /** A server reached by TLS, within five seconds. */
  public static GrpcTarget tls(String host, int port, SslContext context, String serverName) {
    return new GrpcTarget(host, port, host + ":" + port, context, serverName, 5000);
  }
}
