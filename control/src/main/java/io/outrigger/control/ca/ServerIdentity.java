package io.outrigger.control.ca;

import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.SpiffeId;
import java.net.Socket;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's own certificate, signed by its authority, renewed when a handshake finds it
 * past half of its life, or another authority in force. Any thread.
 */
public final class ServerIdentity extends X509ExtendedKeyManager {
  private static final Duration LIFE = Duration.ofDays(30);

  private final Supplier<CertificateAuthority> authority;
  private final SpiffeId id;
  private final List<String> dnsNames = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private final InstantSource clock;
  private @Nullable Issued current;

  /** The one before, for handshakes that have named it and not yet asked for all of it. */
  private @Nullable Issued previous;

  private int count;

  private record Issued(
      String alias,
      CertificateAuthority by,
      PrivateKey key,
      List<X509Certificate> chain,
      Instant renewAt) {}

  /**
   * An identity under these names.
   *
   * @param authority who signs at the moment
   * @param names DNS names and IP addresses that clients call the control plane by
   */
  public ServerIdentity(
      Supplier<CertificateAuthority> authority,
      SpiffeId id,
      List<String> names,
      InstantSource clock) {
    this.authority = authority;
    this.id = id;
    this.clock = clock;
    for (String name : names) {
      boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
      (address ? addresses : dnsNames).add(name);
    }
  }

  private synchronized Issued issued() {
    Issued known = current;
    CertificateAuthority by = authority.get();
    if (known == null || !known.by().equals(by) || clock.instant().isAfter(known.renewAt())) {
      KeyPair keys = KeyPairs.ecP256();
      List<X509Certificate> chain = by.issueServer(keys, id, dnsNames, addresses, LIFE);
      Instant now = clock.instant();
      Instant end = chain.getFirst().getNotAfter().toInstant(); // the authority's, if that is first
      previous = known;
      known =
          new Issued(
              "control-" + ++count,
              by,
              keys.getPrivate(),
              chain,
              now.plus(Duration.between(now, end).dividedBy(2)));
      current = known;
    }
    return known;
  }

  private synchronized Issued issued(String alias) {
    Issued before = previous;
    return before != null && before.alias().equals(alias) ? before : issued();
  }

  @Override
  public String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return issued().alias();
  }

  @Override
  public String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return issued().alias();
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return issued(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return issued(alias).key();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {issued().alias()};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
