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
import java.security.cert.CertPathValidatorException;
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
      throw rejected(leaf, PeerRejected.HAS_EXPIRED, 0, "certificate has expired", e);
    } catch (CertificateNotYetValidException e) {
      throw rejected(leaf, PeerRejected.NOT_YET_VALID, 0, "certificate is not yet valid", e);
    } catch (CertPathBuilderException e) {
      throw e.getCause() instanceof CertPathValidatorException found
          ? invalid(leaf, found)
          : untrusted(chain, e);
    } catch (GeneralSecurityException e) {
      throw rejected(leaf, PeerRejected.NO_ISSUER, 0, String.valueOf(e.getMessage()), e);
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

  /** OpenSSL's words for what the JDK found wrong with a chain that leads to an anchor. */
  private static PeerRejected invalid(X509Certificate leaf, CertPathValidatorException found) {
    int depth = Math.max(0, found.getIndex());
    Object reason = found.getReason();
    if (reason == CertPathValidatorException.BasicReason.REVOKED) {
      return rejected(leaf, PeerRejected.REVOKED, depth, "certificate revoked", found);
    }
    if (reason == CertPathValidatorException.BasicReason.EXPIRED) {
      return rejected(leaf, PeerRejected.HAS_EXPIRED, depth, "certificate has expired", found);
    }
    if (reason == CertPathValidatorException.BasicReason.UNDETERMINED_REVOCATION_STATUS) {
      return rejected(leaf, PeerRejected.NO_CRL, depth, "unable to get certificate CRL", found);
    }
    return rejected(leaf, PeerRejected.NO_ISSUER, depth, String.valueOf(found.getMessage()), found);
  }

  /** OpenSSL's words for the common case: the issuer isn't one of ours. */
  private static PeerRejected untrusted(X509Certificate[] chain, CertPathBuilderException e) {
    X509Certificate last = chain[0];
    int depth = 0;
    while (!isSelfIssued(last) && depth < chain.length) {
      X509Certificate issuer = issuer(chain, last);
      if (issuer == null) {
        return rejected(
            chain[0], PeerRejected.NO_ISSUER, depth, "unable to get local issuer certificate", e);
      }
      last = issuer;
      depth++;
    }
    String reason =
        depth == 0 ? "self signed certificate" : "self signed certificate in certificate chain";
    return rejected(chain[0], PeerRejected.NO_ISSUER, depth, reason, e);
  }

  private static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
  }

  private static @Nullable X509Certificate issuer(
      X509Certificate[] chain, X509Certificate certificate) {
    for (X509Certificate candidate : chain) {
      if (candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        return candidate;
      }
    }
    return null;
  }

  private static PeerRejected rejected(
      X509Certificate leaf, int code, int depth, String reason, Throwable cause) {
    return new PeerRejected(
        PeerRejected.Check.CHAIN,
        code,
        PeerIdentity.of(leaf),
        "verify cert failed: X509_verify_cert: certificate verification error at depth "
            + depth
            + ": "
            + reason,
        cause);
  }
}
