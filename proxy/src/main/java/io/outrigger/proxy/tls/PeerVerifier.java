package io.outrigger.proxy.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.SanMatcher;
import io.outrigger.config.tls.ValidationConfig;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks a peer's certificate as a CertificateValidationContext says: chain, names, hashes.
 *
 * <p>Called by the handshake, on the connection's worker. Immutable.
 */
final class PeerVerifier extends X509ExtendedTrustManager {
  private static final String ANY_PURPOSE = "2.5.29.37.0";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String SCHEME = "spiffe://";

  /** Bits of RFC 5280's KeyUsage. */
  private static final int KEY_CERT_SIGN = 5;

  private static final int CRL_SIGN = 6;

  private final ValidationConfig config;
  private final boolean serverNameMustMatch;
  private final @Nullable TrustAnchors anchors;
  private final Map<String, TrustAnchors> trustDomains;
  private final List<SanMatcher> uriMatchers;

  private PeerVerifier(
      ValidationConfig config,
      boolean serverNameMustMatch,
      @Nullable TrustAnchors anchors,
      Map<String, TrustAnchors> trustDomains) {
    this.config = config;
    this.serverNameMustMatch = serverNameMustMatch;
    this.anchors = anchors;
    this.trustDomains = trustDomains;
    this.uriMatchers =
        config.sanMatchers().stream().filter(m -> m.type() == SanMatcher.SanType.URI).toList();
  }

  /** Reads the CA bundles; {@code serverNameMustMatch} is auto_sni_san_validation. */
  static PeerVerifier read(ValidationConfig config, boolean serverNameMustMatch)
      throws TlsException {
    var rules =
        new TrustAnchors.Rules(
            config.allowExpiredCertificate(),
            config.onlyVerifyLeafCertCrl(),
            config.maxVerifyDepth());
    DataSource crlSource = config.crl();
    byte[] crl = crlSource == null ? null : DataSources.read(crlSource, "crl");
    DataSource ca = config.trustedCa();
    TrustAnchors anchors =
        ca == null ? null : TrustAnchors.read(DataSources.read(ca, "trusted_ca"), crl, rules);
    Map<String, TrustAnchors> domains = new LinkedHashMap<>();
    for (ValidationConfig.TrustDomain domain : config.trustDomains()) {
      byte[] bundle = DataSources.read(domain.trustBundle(), "trust_bundle");
      domains.put(domain.name(), TrustAnchors.read(bundle, null, rules));
    }
    return new PeerVerifier(config, serverNameMustMatch, anchors, Map.copyOf(domains));
  }

  /** Whether a certificate that passes was led back to a trusted CA. */
  boolean validates() {
    return !trustDomains.isEmpty() || (anchors != null && !config.acceptUntrusted());
  }

  private void check(X509Certificate[] chain, boolean peerIsServer, @Nullable String serverName)
      throws PeerRejected {
    if (chain.length == 0) {
      throw new PeerRejected(
          PeerRejected.Check.CHAIN,
          PeerRejected.REJECTED,
          null,
          "verify cert failed: empty cert chain",
          null);
    }
    PeerIdentity peer = PeerIdentity.of(chain[0]);
    if (!trustDomains.isEmpty()) {
      checkSvid(chain, peerIsServer, peer);
      return;
    }
    if (!config.acceptUntrusted()) {
      checkChain(chain, peerIsServer, peer);
    }
    if (!config.sanMatchers().isEmpty() && !SubjectNames.match(config.sanMatchers(), peer)) {
      throw wrongNames(peer);
    }
    if (serverNameMustMatch
        && anchors != null
        && serverName != null
        && !hasName(peer, serverName)) {
      throw wrongNames(peer);
    }
    checkHashes(chain[0], peer);
  }

  private void checkChain(X509Certificate[] chain, boolean peerIsServer, PeerIdentity peer)
      throws PeerRejected {
    if (anchors != null) { // without a CA chains aren't verified
      anchors.check(chain);
      checkPurpose(chain[0], peer, peerIsServer ? SERVER_AUTH : CLIENT_AUTH);
    }
  }

  /**
   * SPIFFE X509-SVID: the leaf signs nothing (section 4), the trust domain of its URI SAN picks the
   * bundle (section 5.2). As in Envoy, hashes aren't looked at, and of the matchers those of URIs.
   */
  private void checkSvid(X509Certificate[] chain, boolean peerIsServer, PeerIdentity peer)
      throws PeerRejected {
    if (signs(chain[0])) {
      throw refused(peer, PeerRejected.Check.CHAIN, "cert precheck");
    }
    TrustAnchors bundle = trustDomains.get(trustDomain(peer));
    if (bundle == null) {
      throw refused(peer, PeerRejected.Check.CHAIN, "no trust bundle store");
    }
    bundle.check(chain);
    checkPurpose(chain[0], peer, peerIsServer ? SERVER_AUTH : CLIENT_AUTH);
    if (!uriMatchers.isEmpty() && !SubjectNames.match(uriMatchers, peer)) {
      throw refused(peer, PeerRejected.Check.SAN, "SAN match");
    }
  }

  private static boolean signs(X509Certificate leaf) {
    boolean[] usage = leaf.getKeyUsage();
    return leaf.getBasicConstraints() >= 0
        || (usage != null && (usage[KEY_CERT_SIGN] || usage[CRL_SIGN]));
  }

  /** Of the first URI; empty where that is no SPIFFE id with a path. */
  private static String trustDomain(PeerIdentity peer) {
    List<String> uris = peer.uriSans();
    if (uris.isEmpty() || !uris.getFirst().startsWith(SCHEME)) {
      return "";
    }
    int slash = uris.getFirst().indexOf('/', SCHEME.length());
    return slash < 0 ? "" : uris.getFirst().substring(SCHEME.length(), slash);
  }

  private static PeerRejected refused(PeerIdentity peer, PeerRejected.Check check, String why) {
    return new PeerRejected(check, PeerRejected.REJECTED, peer, "verify cert failed: " + why, null);
  }

  /** A certificate that names purposes must name this one, as OpenSSL's purpose check asks. */
  private static void checkPurpose(X509Certificate leaf, PeerIdentity peer, String purpose)
      throws PeerRejected {
    try {
      List<String> purposes = leaf.getExtendedKeyUsage();
      if (purposes == null || purposes.contains(purpose) || purposes.contains(ANY_PURPOSE)) {
        return;
      }
    } catch (CertificateParsingException malformed) {
      // falls through: a purpose that can't be read permits nothing
    }
    throw new PeerRejected(
        PeerRejected.Check.CHAIN,
        PeerRejected.INVALID_PURPOSE,
        peer,
        "verify cert failed: X509_verify_cert: certificate verification error at depth 0:"
            + " unsupported certificate purpose",
        null);
  }

  private static PeerRejected wrongNames(PeerIdentity peer) {
    return refused(
        peer, PeerRejected.Check.SAN, "SAN matcher, certificate SANs are " + peer.allSans());
  }

  private static boolean hasName(PeerIdentity peer, String serverName) {
    for (String name : peer.dnsSans()) {
      if (SubjectNames.covers(name, serverName)) {
        return true;
      }
    }
    return peer.uriSans().contains(serverName) || peer.ipSans().contains(serverName);
  }

  private void checkHashes(X509Certificate leaf, PeerIdentity peer) throws PeerRejected {
    if (config.certificateHashes().isEmpty() && config.spkiHashes().isEmpty()) {
      return;
    }
    if (config.certificateHashes().contains(peer.sha256())
        || config.spkiHashes().contains(spkiHash(leaf))) {
      return;
    }
    throw refused(peer, PeerRejected.Check.HASH, "cert hash and spki");
  }

  private static String spkiHash(X509Certificate leaf) {
    try {
      byte[] spki = leaf.getPublicKey().getEncoded();
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(spki));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkFor(engine, chain, false);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkFor(engine, chain, true);
  }

  private void checkFor(SSLEngine engine, X509Certificate[] chain, boolean peerIsServer)
      throws CertificateException {
    try {
      check(chain, peerIsServer, peerIsServer ? engine.getPeerHost() : null);
    } catch (PeerRejected rejected) {
      if (engine instanceof ReferenceCountedOpenSslEngine) {
        // with the number the library sends the alert that fits
        throw new OpenSslCertificateException(rejected.getMessage(), rejected, rejected.code());
      }
      throw rejected;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws PeerRejected {
    check(chain, false, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws PeerRejected {
    check(chain, true, null);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) throws PeerRejected {
    check(chain, false, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) throws PeerRejected {
    check(chain, true, null);
  }

  /** None: the list of names that a server sends in its request is left empty, as clients allow. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
