package io.outrigger.proxy.tls;

import io.outrigger.identity.Pem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CRL;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that a chain may end in, and the check of a chain against them (RFC 5280 section
 * 6, by the JDK). Immutable; any thread.
 */
final class TrustAnchors {
  private static final int OPENSSL_DEPTH = 100;

  private final Set<TrustAnchor> anchors;
  private final @Nullable CertStore revoked;
  private final Rules rules;

  /** What to be lenient about, and how deep a chain may be. */
  record Rules(boolean allowExpired, boolean onlyLeafCrl, int maxDepth) {}

  private TrustAnchors(Set<TrustAnchor> anchors, @Nullable CertStore revoked, Rules rules) {
    this.anchors = anchors;
    this.revoked = revoked;
    this.rules = rules;
  }

  /** Reads PEM; {@code crl} may hold several lists. */
  static TrustAnchors read(byte[] bundle, byte @Nullable [] crl, Rules rules) throws TlsException {
    var anchors = new HashSet<TrustAnchor>();
    try {
      for (X509Certificate certificate :
          Pem.certificates(new String(bundle, StandardCharsets.UTF_8))) {
        anchors.add(new TrustAnchor(certificate, null));
      }
    } catch (IllegalArgumentException e) {
      throw new TlsException("trusted_ca: " + e.getMessage(), e);
    }
    return new TrustAnchors(anchors, crl == null ? null : revocations(crl), rules);
  }

  private static CertStore revocations(byte[] crl) throws TlsException {
    try {
      Collection<? extends CRL> lists =
          CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(crl));
      return CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists));
    } catch (GeneralSecurityException e) {
      throw new TlsException("crl: " + e.getMessage(), e);
    }
  }

  /** Passes if the chain, leaf first, leads to an anchor. */
  void check(X509Certificate[] chain) throws PeerRejected {
    X509Certificate leaf = chain[0];
    try {
      if (!rules.allowExpired()) {
        leaf.checkValidity(); // for a message that says so
      }
      builder().build(parameters(chain));
    } catch (CertificateExpiredException e) {
      throw rejected(leaf, PeerRejected.HAS_EXPIRED, "certificate has expired", e);
    } catch (CertificateNotYetValidException e) {
      throw rejected(leaf, PeerRejected.NOT_YET_VALID, "certificate is not yet valid", e);
    } catch (CertPathBuilderException e) {
      throw rejected(leaf, PeerRejected.NO_ISSUER, reason(leaf, e), e);
    } catch (GeneralSecurityException e) {
      throw rejected(leaf, PeerRejected.NO_ISSUER, String.valueOf(e.getMessage()), e);
    }
  }

  private static CertPathBuilder builder() throws NoSuchAlgorithmException {
    return CertPathBuilder.getInstance("PKIX");
  }

  private PKIXBuilderParameters parameters(X509Certificate[] chain)
      throws GeneralSecurityException {
    X509CertSelector target = new X509CertSelector();
    target.setCertificate(chain[0]);
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
    List<Certificate> intermediates = new ArrayList<>(Arrays.asList(chain));
    parameters.addCertStore(store(intermediates));
    parameters.setMaxPathLength(rules.maxDepth() < 0 ? OPENSSL_DEPTH : rules.maxDepth());
    parameters.setRevocationEnabled(false);
    if (rules.allowExpired() && chain[0].getNotAfter().toInstant().isBefore(Instant.now())) {
      parameters.setDate(chain[0].getNotAfter());
    }
    if (revoked != null) {
      parameters.addCertStore(revoked);
      var checker = (PKIXRevocationChecker) builder().getRevocationChecker();
      var options =
          EnumSet.of(
              PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK);
      if (rules.onlyLeafCrl()) {
        options.add(PKIXRevocationChecker.Option.ONLY_END_ENTITY);
      }
      checker.setOptions(options);
      parameters.addCertPathChecker(checker);
    }
    return parameters;
  }

  private static CertStore store(List<Certificate> certificates)
      throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
    return CertStore.getInstance("Collection", new CollectionCertStoreParameters(certificates));
  }

  /** OpenSSL's words for the common case: the issuer isn't one of ours. */
  private String reason(X509Certificate leaf, CertPathBuilderException e) {
    boolean selfSigned = leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal());
    Throwable cause = e.getCause();
    if (cause != null && cause.getMessage() != null) {
      return cause.getMessage();
    }
    return selfSigned ? "self-signed certificate" : "unable to get local issuer certificate";
  }

  private static PeerRejected rejected(
      X509Certificate leaf, int code, String reason, Throwable cause) {
    return new PeerRejected(
        PeerRejected.Check.CHAIN,
        code,
        PeerIdentity.of(leaf),
        "verify cert failed: X509_verify_cert: certificate verification error at depth 0: "
            + reason,
        cause);
  }
}
