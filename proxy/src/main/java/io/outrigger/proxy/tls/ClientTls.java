package io.outrigger.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.outrigger.config.tls.UpstreamTls;
import io.outrigger.config.tls.ValidationConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS that a cluster starts, in force with the secrets of the moment.
 *
 * <p>{@link #update} runs on the main loop; handlers are made on any worker. A change of a secret
 * swaps the context for new connections, and touches no open one.
 */
public final class ClientTls {
  /** Stands for "no name" where the library keys its sessions; has no dot, so it isn't sent. */
  private static final String NO_NAME = "unnamed";

  private final UpstreamTls config;
  private final boolean sanOfSni;
  private final TlsStats stats;
  private volatile @Nullable State state;

  /** Which of the contexts a connection needs. */
  private record Use(List<String> alpn, boolean halfClose) {}

  /** Contexts by use, made when first asked for. */
  private record State(
      String fingerprint,
      @Nullable KeyMaterial material,
      PeerVerifier verifier,
      ConcurrentHashMap<Use, TlsContext> contexts) {}

  /** A handler, and what it must be read with once the handshake is over. */
  public static final class Session {
    private final SslHandler handler;
    private final TlsContext context;
    private final String serverName;

    private Session(SslHandler handler, TlsContext context, String serverName) {
      this.handler = handler;
      this.context = context;
      this.serverName = serverName;
    }

    public SslHandler handler() {
      return handler;
    }
  }

  public ClientTls(UpstreamTls config, TlsStats stats) {
    this(config, false, stats);
  }

  /** {@code sanOfSni} is the cluster's auto_san_validation. */
  public ClientTls(UpstreamTls config, boolean sanOfSni, TlsStats stats) {
    this.config = config;
    this.sanOfSni = sanOfSni;
    this.stats = stats;
  }

  public UpstreamTls config() {
    return config;
  }

  /**
   * Takes new secrets over if they changed; without effect if not.
   *
   * @return whether it can be used: all secrets that it names have come
   * @throws TlsException if a secret can't be used; the last good ones stay in force
   */
  public boolean update(SecretSource secrets) throws TlsException {
    ResolvedTls resolved = ResolvedTls.of(config.common(), secrets);
    if (resolved == null) {
      return state != null;
    }
    State before = state;
    String fingerprint = resolved.fingerprint(List.of());
    if (before != null && before.fingerprint().equals(fingerprint)) {
      return true;
    }
    ValidationConfig validation = resolved.validation();
    PeerVerifier verifier =
        PeerVerifier.read(
            validation == null ? ValidationConfig.NONE : validation,
            sanOfSni || config.autoSniSanValidation());
    KeyMaterial material =
        resolved.certificates().isEmpty()
            ? null
            : KeyMaterial.read(resolved.certificates().getFirst());
    State next = new State(fingerprint, material, verifier, new ConcurrentHashMap<>());
    // the usual one now, so that what is wrong shows here and not at the first connection
    Use usual = new Use(config.common().alpnProtocols(), false);
    next.contexts.put(usual, context(next, usual));
    state = next;
    if (before != null) {
      stats.updatedBySds();
      release(before);
    }
    return true;
  }

  public boolean isReady() {
    return state != null;
  }

  /** Frees the library's memory; connections that are open keep what they need. */
  public void close() {
    State before = state;
    state = null;
    if (before != null) {
      release(before);
    }
  }

  /** Frees the contexts of a state that is no longer in force. */
  private static void release(State before) {
    synchronized (before.contexts()) {
      before.contexts().values().forEach(TlsContext::release);
    }
  }

  /** The certificate that this side shows, for /certs. */
  public @Nullable PeerIdentity certificate() {
    State now = state;
    KeyMaterial material = now == null ? null : now.material();
    return material == null ? null : material.identity();
  }

  /**
   * A handler for one connection; null while the secrets haven't come.
   *
   * @param serverName what to send as SNI; empty: the configured one, if any
   * @param alpn what to offer; empty: the configured protocols, if any
   * @param halfClose whether the connection's two directions end on their own: the TCP proxy's
   */
  public @Nullable Session newSession(
      ByteBufAllocator allocator, String serverName, List<String> alpn, boolean halfClose) {
    String name = serverName.isEmpty() ? config.sni() : serverName;
    Use use = new Use(alpn.isEmpty() ? config.common().alpnProtocols() : alpn, halfClose);
    while (true) {
      State now = state;
      if (now == null) {
        return null;
      }
      TlsContext context = now.contexts().get(use);
      if (context == null) {
        context = added(now, use);
        if (context == null) {
          continue; // swapped between the read and the use
        }
      }
      SslHandler handler = context.newHandler(allocator, name.isEmpty() ? NO_NAME : name, 0);
      if (handler != null) {
        if (!name.isEmpty()) {
          sendName(handler, name);
        }
        handler.setHandshakeTimeoutMillis(0); // connect_timeout covers it
        return new Session(handler, context, name);
      }
      // swapped between the read and the use: the next one is there already
    }
  }

  /** The context for a use that none was made for yet; null if the state is no longer in force. */
  @SuppressWarnings("ReferenceEquality") // which state it is, not what it says
  private @Nullable TlsContext added(State now, Use use) {
    synchronized (now.contexts()) {
      if (state != now) {
        return null; // its contexts are released: one more would stay for ever
      }
      TlsContext there = now.contexts().get(use);
      if (there != null) {
        return there;
      }
      try {
        TlsContext made = context(now, use);
        now.contexts().put(use, made);
        return made;
      } catch (TlsException e) {
        throw new IllegalStateException("the same settings served before", e);
      }
    }
  }

  /** Names without a dot and with underscores too, which the library's own check leaves out. */
  private static void sendName(SslHandler handler, String name) {
    try {
      SSLParameters parameters = handler.engine().getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name.getBytes(StandardCharsets.UTF_8))));
      handler.engine().setSSLParameters(parameters);
    } catch (IllegalArgumentException notAName) {
      // RFC 6066 section 3: an IP address isn't sent as a name
    }
  }

  /** The handshake is over: reads and counts it. On the worker that {@code cell} belongs to. */
  public TlsInfo established(Session session, int cell) {
    TlsInfo info =
        Handshakes.info(
            session.handler,
            session.context,
            session.serverName.isEmpty() ? null : session.serverName);
    stats.established(cell, info, Handshakes.group(session.handler));
    if (Handshakes.resumed(session.handler)) {
      stats.reused(cell);
    }
    return info;
  }

  /** The handshake failed: counts it, and gives the sentence for logs; empty: the peer left. */
  public String failed(Throwable cause, int cell) {
    TlsFailure failure = TlsFailure.of(cause);
    stats.failed(cell, failure);
    return failure.reason();
  }

  private TlsContext context(State of, Use use) throws TlsException {
    SslProvider provider = TlsLibrary.provider(config.common(), use.halfClose());
    try {
      SslContextBuilder builder = SslContextBuilder.forClient();
      KeyMaterial material = of.material();
      if (material != null) {
        builder.keyManager(TlsContext.keys(material, provider));
      }
      TlsContext.configure(builder, provider, config.common(), use.alpn(), of.verifier());
      SslContext made = builder.sessionCacheSize(Math.max(1, config.maxSessionKeys())).build();
      if (config.maxSessionKeys() == 0
          && made.sessionContext() instanceof OpenSslSessionContext sessions) {
        sessions.setSessionCacheEnabled(false);
      }
      return new TlsContext(
          made, material == null ? null : material.identity(), of.verifier().validates());
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsException("TLS can't be set up: " + e.getMessage(), e);
    }
  }
}
