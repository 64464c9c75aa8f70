package io.outrigger.control.grpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The two gRPC ports: 15012 with TLS, where a client certificate is asked for and checked if there
 * is one, and 15010 in plain text, on loopback only.
 */
public final class GrpcPorts implements AutoCloseable {
  private final Server tls;
  private final Server plaintext;

  private GrpcPorts(Server tls, Server plaintext) {
    this.tls = tls;
    this.plaintext = plaintext;
  }

  /**
   * Binds both.
   *
   * @param roots what clients' certificates must lead to at the moment
   * @param secure services for the port with TLS
   * @param open services for the plaintext port
   * @throws IOException naming the address that can't be bound
   */
  public static GrpcPorts open(
      InetSocketAddress tlsAddress,
      int plaintextPort,
      X509ExtendedKeyManager identity,
      Supplier<List<X509Certificate>> roots,
      List<ServerServiceDefinition> secure,
      List<ServerServiceDefinition> open)
      throws IOException {
    SslContext context = new CurrentTls(identity, roots);
    NettyServerBuilder tlsBuilder = builder(tlsAddress).sslContext(context);
    secure.forEach(tlsBuilder::addService);
    NettyServerBuilder plainBuilder =
        builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), plaintextPort));
    open.forEach(plainBuilder::addService);
    Server tls = start(tlsBuilder, tlsAddress.getPort());
    try {
      return new GrpcPorts(tls, start(plainBuilder, plaintextPort));
    } catch (IOException e) {
      tls.shutdownNow();
      throw e;
    }
  }

  private static NettyServerBuilder builder(InetSocketAddress address) {
    return NettyServerBuilder.forAddress(address)
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .keepAliveTime(30, TimeUnit.SECONDS)
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxInboundMessageSize(4 * 1024 * 1024);
  }

  private static Server start(NettyServerBuilder builder, int port) throws IOException {
    try {
      return builder.build().start();
    } catch (IOException e) {
      throw new IOException("can't listen on port " + port + ": " + cause(e), e);
    }
  }

  private static String cause(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }

  public int tlsPort() {
    return tls.getPort();
  }

  public int plaintextPort() {
    return plaintext.getPort();
  }

  /** Takes no further streams and ends those that are open. */
  @Override
  public void close() {
    tls.shutdownNow();
    plaintext.shutdownNow();
  }
}
