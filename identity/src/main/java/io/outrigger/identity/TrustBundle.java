package io.outrigger.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The roots of one trust domain, and whom they vouch for. Immutable. */
public record TrustBundle(String trustDomain, List<X509Certificate> roots) {
  public TrustBundle {
    roots = List.copyOf(roots);
  }

  /**
   * The roots in a PEM text.
   *
   * @throws IllegalArgumentException if there is none, or one can't be read
   */
  public static TrustBundle of(String trustDomain, String pem) {
    return new TrustBundle(trustDomain, Pem.certificates(pem));
  }

  public String pem() {
    return Pem.certificates(roots);
  }

  /**
   * Verifies a peer's chain and says who it is.
   *
   * @param chain the leaf first; roots in it are ignored
   * @throws GeneralSecurityException if it doesn't lead to a root, is out of its time, or names no
   *     workload of this trust domain; says which
   */
  public SpiffeId verify(List<X509Certificate> chain, Instant now) throws GeneralSecurityException {
    if (chain.isEmpty()) {
      throw new GeneralSecurityException("the peer sent no certificate");
    }
    List<X509Certificate> path = new ArrayList<>(chain);
    path.removeIf(roots::contains);
    if (path.isEmpty()) {
      throw new GeneralSecurityException("the peer showed a root as its own certificate");
    }
    Set<TrustAnchor> anchors = new HashSet<>();
    roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
    PKIXParameters parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
    var _ = CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
    SpiffeId id = SpiffeId.of(path.get(0));
    if (id == null) {
      throw new GeneralSecurityException("the peer's certificate has no SPIFFE id of a workload");
    }
    if (!id.trustDomain().equals(trustDomain)) {
      throw new GeneralSecurityException(id + " is of another trust domain than " + trustDomain);
    }
    return id;
  }
}
