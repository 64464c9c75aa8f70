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
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's own certificate, signed by its authority, renewed when a handshake finds it
 * past half of its life. Any thread.
 */
public final class ServerIdentity extends X509ExtendedKeyManager {
  private static final String ALIAS = "control";
  private static final Duration LIFE = Duration.ofDays(30);

  private final CertificateAuthority authority;
  private final SpiffeId id;
  private final List<String> dnsNames = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private final InstantSource clock;
  private @Nullable Issued current;

  private record Issued(PrivateKey key, List<X509Certificate> chain, Instant renewAt) {}

  /**
   * An identity under these names.
   *
   * @param names DNS names and IP addresses that clients call the control plane by
   */
  public ServerIdentity(
      CertificateAuthority authority, SpiffeId id, List<String> names, InstantSource clock) {
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
    if (known == null || clock.instant().isAfter(known.renewAt())) {
      KeyPair keys = KeyPairs.ecP256();
      List<X509Certificate> chain = authority.issueServer(keys, id, dnsNames, addresses, LIFE);
      known =
          new Issued(
              keys.getPrivate(), List.copyOf(chain), clock.instant().plus(LIFE.dividedBy(2)));
      current = known;
    }
    return known;
  }

  @Override
  public String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return ALIAS;
  }

  @Override
  public String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return ALIAS;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return issued().chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return issued().key();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
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
