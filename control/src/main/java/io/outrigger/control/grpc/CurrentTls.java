package io.outrigger.control.grpc;

import io.grpc.netty.GrpcSslContexts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A server's TLS with the roots of the moment. Where these change there is another context for
 * connections that come, so that none resumes a session that was believed by a root that has gone;
 * those that are open stay. Any thread.
 */
final class CurrentTls extends SslContext {
  private final X509ExtendedKeyManager identity;
  private final Supplier<List<X509Certificate>> roots;
  private volatile Made made;

  private record Made(List<X509Certificate> roots, SslContext context) {}

  CurrentTls(X509ExtendedKeyManager identity, Supplier<List<X509Certificate>> roots)
      throws SSLException {
    this.identity = identity;
    this.roots = roots;
    this.made = make(roots.get());
  }

  private Made make(List<X509Certificate> trusted) throws SSLException {
    return new Made(
        trusted,
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(identity)
                    .trustManager(trusted.toArray(X509Certificate[]::new))
                    .clientAuth(ClientAuth.OPTIONAL),
                SslProvider.JDK)
            .build());
  }

  private SslContext current() {
    List<X509Certificate> now = roots.get();
    Made last = made;
    if (last.roots().equals(now)) {
      return last.context();
    }
    try {
      Made next = make(now);
      made = next;
      return next.context();
    } catch (SSLException e) {
      throw new IllegalStateException("the same settings served before", e);
    }
  }

  @Override
  public boolean isClient() {
    return false;
  }

  @Override
  public List<String> cipherSuites() {
    return made.context().cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation") // the class asks for it
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return made.context().applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return current().newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return current().newEngine(allocator, peerHost, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return current().sessionContext();
  }
}
