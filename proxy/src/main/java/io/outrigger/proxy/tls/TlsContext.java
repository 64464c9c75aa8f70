package io.outrigger.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import io.outrigger.config.tls.CommonTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** One library context, counted by reference, with the certificate that it shows. Any thread. */
final class TlsContext {
  private static final char[] NO_PASSWORD = new char[0];

  private final SslContext context;
  private final @Nullable PeerIdentity local;
  private final boolean peerValidated;

  TlsContext(SslContext context, @Nullable PeerIdentity local, boolean peerValidated) {
    this.context = context;
    this.local = local;
    this.peerValidated = peerValidated;
  }

  SslContext context() {
    return context;
  }

  /** The certificate that this side shows. */
  @Nullable PeerIdentity local() {
    return local;
  }

  boolean peerValidated() {
    return peerValidated;
  }

  /** A handler, or null if the context was released meanwhile: ask for the current one again. */
  @Nullable SslHandler newHandler(ByteBufAllocator allocator, @Nullable String host, int port) {
    if (context instanceof ReferenceCounted counted) {
      try {
        counted.retain();
      } catch (IllegalReferenceCountException released) {
        return null;
      }
    }
    try {
      return host == null
          ? context.newHandler(allocator)
          : context.newHandler(allocator, host, port);
    } finally {
      // the engine holds a count of its own
      ReferenceCountUtil.release(context);
    }
  }

  void release() {
    ReferenceCountUtil.release(context);
  }

  /** What both directions share. */
  static SslContextBuilder configure(
      SslContextBuilder builder,
      SslProvider provider,
      CommonTls common,
      List<String> alpn,
      PeerVerifier verifier) {
    builder
        .sslProvider(provider)
        .trustManager(verifier)
        .protocols(versions(common))
        .ciphers(CipherNames.offer(common.ciphers()), SupportedCipherSuiteFilter.INSTANCE)
        .endpointIdentificationAlgorithm(null);
    if (!alpn.isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              ApplicationProtocolConfig.Protocol.ALPN,
              ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
              ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
              alpn));
    }
    if (provider != SslProvider.JDK && !common.curves().isEmpty()) {
      builder.option(OpenSslContextOption.GROUPS, common.curves().toArray(new String[0]));
    }
    return builder;
  }

  private static List<String> versions(CommonTls common) {
    var versions = new ArrayList<String>();
    for (CommonTls.TlsVersion version : CommonTls.TlsVersion.values()) {
      if (version.compareTo(common.minVersion()) >= 0
          && version.compareTo(common.maxVersion()) <= 0) {
        versions.add(version.protocol());
      }
    }
    return versions;
  }

  /** Keys in a form that the library reads once, not at each handshake. */
  static KeyManagerFactory keys(KeyMaterial material, SslProvider provider) throws TlsException {
    try {
      // in memory alone, so the kind that spends no thousands of rounds on its encryption
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      store.setKeyEntry(
          "key", material.key(), NO_PASSWORD, material.chain().toArray(new Certificate[0]));
      KeyManagerFactory factory =
          provider == SslProvider.JDK
              ? KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
              : new OpenSslX509KeyManagerFactory();
      factory.init(store, NO_PASSWORD);
      return factory;
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("the certificate and its key can't be used: " + e.getMessage(), e);
    }
  }
}
