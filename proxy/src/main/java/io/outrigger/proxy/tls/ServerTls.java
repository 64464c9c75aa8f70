package io.outrigger.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.DownstreamTls;
import io.outrigger.config.tls.OcspStaplePolicy;
import io.outrigger.config.tls.SdsSource;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tls.TlsCertificate;
import io.outrigger.config.tls.ValidationConfig;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS that a filter chain ends, in force with the secrets of the moment.
 *
 * <p>{@link #update} runs on the main loop; handlers are made on any worker. A change of a secret
 * swaps the contexts for new connections, and touches no open one.
 */
public final class ServerTls {
  private final DownstreamTls config;
  private final long handshakeTimeoutMillis;
  private final TlsStats stats;
  private final SslProvider provider;
  private volatile @Nullable State state;

  private record State(String fingerprint, List<Served> served) {}

  /** A certificate and the context that shows it. */
  private record Served(KeyMaterial material, TlsContext context, Staples staples) {}

  /** A handler, and the context that it must be read with once the handshake is over. */
  public static final class Session {
    private final SslHandler handler;
    private final TlsContext context;

    private Session(SslHandler handler, TlsContext context) {
      this.handler = handler;
      this.context = context;
    }

    public SslHandler handler() {
      return handler;
    }
  }

  /**
   * TLS without contexts yet.
   *
   * @param handshakeTimeoutMillis transport_socket_connect_timeout; 0: none
   * @param halfClose whether the connections' two directions end on their own: the TCP proxy's
   */
  public ServerTls(
      DownstreamTls config, long handshakeTimeoutMillis, boolean halfClose, TlsStats stats) {
    // the JDK's TLS can't staple what it is given: then half-closes end a connection
    this.provider =
        TlsLibrary.provider(
            config.common(), halfClose && config.staples() == OcspStaplePolicy.LENIENT_STAPLING);
    this.config = config;
    this.handshakeTimeoutMillis = handshakeTimeoutMillis;
    this.stats = stats;
  }

  /**
   * Takes new secrets over if they changed; without effect if not.
   *
   * @return whether it can be used: all secrets that it names have come
   * @throws TlsException if a secret can't be used; the last good ones stay in force
   */
  public boolean update(SecretSource secrets) throws TlsException {
    ResolvedTls resolved = ResolvedTls.of(config.common(), secrets);
    List<DataSource> ticketKeys = ticketKeys(secrets);
    if (resolved == null || ticketKeys == null) {
      return state != null;
    }
    if (resolved.certificates().isEmpty()) {
      throw new TlsException("a listener's TLS needs at least one certificate");
    }
    State before = state;
    String fingerprint = resolved.fingerprint(ticketKeys);
    if (before != null && before.fingerprint().equals(fingerprint)) {
      return true;
    }
    state = new State(fingerprint, contexts(resolved, ticketKeys));
    if (before != null) {
      stats.updatedBySds();
      before.served().forEach(served -> served.context().release());
    }
    return true;
  }

  /** Null while the secret that has them hasn't come. */
  private @Nullable List<DataSource> ticketKeys(SecretSource secrets) throws TlsException {
    SdsSource awaited = config.sessionTicketKeysSds();
    if (awaited == null) {
      return config.sessionTicketKeys();
    }
    Secret secret = secrets.secret(awaited.name());
    if (secret == null) {
      return null;
    }
    if (!(secret instanceof Secret.TicketKeys found)) {
      throw ResolvedTls.wrongKind(secret, "session_ticket_keys");
    }
    return found.keys();
  }

  public boolean isReady() {
    return state != null;
  }

  /** Frees the library's memory; connections that are open keep what they need. */
  public void close() {
    State before = state;
    state = null;
    if (before != null) {
      before.served().forEach(served -> served.context().release());
    }
  }

  /** Whether the choice of a certificate needs the ClientHello to be read before the handshake. */
  public boolean needsClientHello() {
    State now = state;
    return config.requireSni()
        || (now != null
            && (now.served().size() > 1
                || now.served().stream().anyMatch(served -> served.staples().matters())));
  }

  /** Certificates in force, for /certs. */
  public List<PeerIdentity> certificates() {
    State now = state;
    return now == null
        ? List.of()
        : now.served().stream().map(served -> served.material().identity()).toList();
  }

  /**
   * A handler for one connection; null if the secrets haven't come, or no name was sent where one
   * is required.
   *
   * @param serverName lower-cased, or null where the client named none
   * @param acceptsEcdsa whether the client can use an ECDSA certificate
   * @param asksForStaple whether it asks for an OCSP response
   */
  public @Nullable Session newSession(
      ByteBufAllocator allocator,
      @Nullable String serverName,
      boolean acceptsEcdsa,
      boolean asksForStaple,
      int cell) {
    while (true) {
      State now = state;
      if (now == null || (config.requireSni() && serverName == null)) {
        return null;
      }
      Served chosen =
          choose(
              asksForStaple ? notFailing(now.served()) : now.served(),
              serverName,
              acceptsEcdsa,
              config.fullScanCertsOnSniMismatch());
      TlsContext context = chosen.context();
      SslHandler handler = context.newHandler(allocator, null, 0);
      if (handler != null) {
        if (asksForStaple) {
          staple(chosen.staples(), handler, cell);
        }
        handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
        return new Session(handler, context);
      }
      // swapped between the read and the use: the next one is there already
    }
  }

  /** Whether no certificate has the OCSP response that it must be shown with; counted, then. */
  public boolean lacksStaple(boolean asksForStaple, int cell) {
    State now = state;
    boolean lacks = asksForStaple && now != null && isFailing(now.served());
    if (lacks) {
      stats.stapleRequest(cell, Staples.Action.FAIL);
    }
    return lacks;
  }

  private static boolean isFailing(List<Served> served) {
    return served.stream().allMatch(ServerTls::isFailing);
  }

  private static boolean isFailing(Served served) {
    return served.staples().matters()
        && served.staples().action(System.currentTimeMillis()) == Staples.Action.FAIL;
  }

  /** Those that can be shown; all where none can, which was looked at before. */
  private static List<Served> notFailing(List<Served> served) {
    if (served.stream().noneMatch(ServerTls::isFailing) || isFailing(served)) {
      return served;
    }
    return served.stream().filter(one -> !isFailing(one)).toList();
  }

  private void staple(Staples staples, SslHandler handler, int cell) {
    Staples.Action action = staples.action(System.currentTimeMillis());
    OcspStaple response = staples.staple();
    if (action == Staples.Action.STAPLE
        && response != null
        && handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
      engine.setOcspResponse(response.response());
    } else {
      action = Staples.Action.NONE;
    }
    stats.stapleRequest(cell, action);
  }

  /** The handshake is over: reads and counts it. On the worker that {@code cell} belongs to. */
  public TlsInfo established(Session session, int cell, @Nullable String serverName) {
    TlsInfo info = Handshakes.info(session.handler, session.context, serverName);
    stats.established(cell, info, Handshakes.group(session.handler));
    if (Handshakes.resumed(session.handler)) {
      stats.reused(cell);
    }
    return info;
  }

  /** What is known of a handshake that failed, for logs. */
  public TlsInfo attempt(Session session, Throwable cause, @Nullable String serverName) {
    return Handshakes.attempt(session.handler, session.context, serverName, cause);
  }

  /** The handshake failed: counts it, and gives the sentence for logs; empty: the client left. */
  public String failed(Throwable cause, int cell) {
    TlsFailure failure = TlsFailure.of(cause);
    stats.failed(cell, failure);
    return failure.reason();
  }

  private static Served choose(
      List<Served> served, @Nullable String serverName, boolean acceptsEcdsa, boolean fullScan) {
    Served best = served.getFirst();
    if (served.size() == 1) {
      return best;
    }
    int bestScore = -1;
    for (Served candidate : served) {
      int fit = serverName == null ? 0 : candidate.material().fits(serverName);
      boolean usable = acceptsEcdsa || !candidate.material().isEcdsa();
      // a name that fits first, then a key that the client can use, then ECDSA over RSA
      int score = fit * 4 + (usable ? 2 : 0) + (usable && candidate.material().isEcdsa() ? 1 : 0);
      if (score > bestScore) {
        bestScore = score;
        best = candidate;
      }
    }
    // a name that no certificate has gets the first one, unless all are to be looked at
    return serverName != null && !fullScan && bestScore < 4 ? served.getFirst() : best;
  }

  private List<Served> contexts(ResolvedTls resolved, List<DataSource> ticketKeys)
      throws TlsException {
    ValidationConfig validation = resolved.validation();
    PeerVerifier verifier =
        PeerVerifier.read(validation == null ? ValidationConfig.NONE : validation, false);
    ClientAuth auth =
        config.requireClientCertificate()
            ? ClientAuth.REQUIRE
            : validation != null ? ClientAuth.OPTIONAL : ClientAuth.NONE;
    var served = new ArrayList<Served>(resolved.certificates().size());
    try {
      for (TlsCertificate certificate : resolved.certificates()) {
        KeyMaterial material = KeyMaterial.read(certificate);
        Staples staples = Staples.read(certificate, material.chain().getFirst(), config.staples());
        served.add(
            new Served(material, context(material, verifier, auth, ticketKeys, staples), staples));
      }
    } catch (TlsException e) {
      served.forEach(made -> made.context().release());
      throw e;
    }
    return List.copyOf(served);
  }

  private TlsContext context(
      KeyMaterial material,
      PeerVerifier verifier,
      ClientAuth auth,
      List<DataSource> ticketKeys,
      Staples staples)
      throws TlsException {
    boolean stapled = staples.staple() != null;
    SslProvider with = stapled ? TlsLibrary.provider(config.common(), false) : provider;
    if (with == SslProvider.JDK && staples.matters()) {
      throw new TlsException("OCSP responses need BoringSSL, which isn't there for this machine");
    }
    try {
      SslContextBuilder builder = SslContextBuilder.forServer(TlsContext.keys(material, with));
      if (stapled) {
        builder.enableOcsp(true);
      }
      builder.clientAuth(auth).sessionTimeout(config.sessionTimeoutSeconds());
      SslContext context =
          TlsContext.configure(
                  builder, with, config.common(), config.common().alpnProtocols(), verifier)
              .build();
      if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
        sessions.setSessionCacheEnabled(!config.disableStatefulSessionResumption());
      }
      if (config.preferClientCiphers()
          && context instanceof ReferenceCountedOpenSslContext library) {
        followClient(library);
      }
      TlsContext made = new TlsContext(context, material.identity(), verifier.validates());
      if (!config.disableStatelessSessionResumption()) {
        try {
          SessionTickets.enable(context, ticketKeys);
        } catch (TlsException e) {
          made.release();
          throw e;
        }
      }
      return made;
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsException("TLS can't be set up: " + e.getMessage(), e);
    }
  }

  /** The client's order of cipher suites counts. */
  @SuppressWarnings("deprecation") // there is no other way to this option
  private static void followClient(ReferenceCountedOpenSslContext library) {
    SSLContext.clearOptions(library.sslCtxPointer(), SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
  }
}
