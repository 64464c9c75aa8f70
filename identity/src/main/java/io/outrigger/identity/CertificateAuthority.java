package io.outrigger.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * Signs workloads' certificates, by a root's key or an intermediate's. Immutable.
 *
 * <p>The name in a certificate is who the caller was proven to be, never what its request says. Any
 * thread.
 */
public final class CertificateAuthority {
  /** The life of a certificate when the caller asks for none: Istio's default. */
  public static final Duration DEFAULT_TTL = Duration.ofHours(24);

  /** The longest life that is given: Istio's limit. */
  public static final Duration MAX_TTL = Duration.ofDays(90);

  static final Duration ROOT_TTL = Duration.ofDays(3650);

  /** How far certificates are dated back, for peers whose clock is behind. */
  static final Duration SKEW = Duration.ofMinutes(2);

  private final String trustDomain;
  private final Signer signer;
  private final InstantSource clock;

  private CertificateAuthority(String trustDomain, Signer signer, InstantSource clock) {
    this.trustDomain = trustDomain;
    this.signer = signer;
    this.clock = clock;
  }

  /**
   * Opens the authority in a directory; makes one on first use, its key readable by its owner only.
   *
   * @throws IOException if the files can't be read, written, or don't belong together; says which
   */
  public static CertificateAuthority open(Path directory, String trustDomain, InstantSource clock)
      throws IOException {
    AuthorityPem pem = AuthorityFiles.open(directory, trustDomain, clock.instant());
    try {
      return of(pem, directory.toString(), trustDomain, clock);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * An authority of what is at hand.
   *
   * @param where it is from, for what is said of it
   * @throws IllegalArgumentException if key and certificates can't be read or don't belong together
   */
  public static CertificateAuthority of(
      AuthorityPem pem, String where, String trustDomain, InstantSource clock) {
    CertificateAuthority authority =
        new CertificateAuthority(
            trustDomain, SignerReader.read(pem, where, clock.instant()), clock);
    try {
      authority.tryOut();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          where + ": a workload's certificate that it signs isn't believed: " + e.getMessage(), e);
    }
    return authority;
  }

  /** Finds what forbids a workload's names or the algorithms, in whichever certificate it is. */
  private void tryOut() throws GeneralSecurityException {
    SpiffeId id = new SpiffeId(trustDomain, "any", "any");
    List<X509Certificate> chain = new ArrayList<>(signer.intermediates());
    chain.addFirst(issue(KeyPairs.ecP256().getPublic(), List.of(uriName(id)), DEFAULT_TTL));
    SpiffeId verified = new TrustBundle(trustDomain, roots()).verify(chain, clock.instant());
    assert verified.equals(id);
  }

  public String trustDomain() {
    return trustDomain;
  }

  /** The certificate that signs: the root, or an intermediate. */
  public X509Certificate signing() {
    return signer.certificate();
  }

  /** The root that what it signs leads to. */
  public X509Certificate root() {
    return signer.root();
  }

  /** Every root that is trusted; that of what it signs first. */
  public List<X509Certificate> roots() {
    return signer.roots();
  }

  /** The roots in PEM, as clients get them to trust. */
  public String rootPem() {
    return Pem.certificates(roots());
  }

  /**
   * Signs a workload's request.
   *
   * @param csr PEM from outside
   * @param caller who the caller was proven to be
   * @param asked the life asked for; zero or less for the default
   */
  public SigningResult sign(String csr, SpiffeId caller, Duration asked) {
    if (!clock.instant().isBefore(signer.end())) {
      return new SigningResult.Unavailable(
          "the authority's own certificate expired " + signer.end());
    }
    ReceivedRequest request;
    try {
      request = ReceivedRequest.parse(csr);
      for (String uri : request.uris()) {
        if (!SpiffeId.parse(uri).sameWorkload(caller)) {
          return new SigningResult.Refused("the CSR is for " + uri + ", the caller is " + caller);
        }
      }
    } catch (IllegalArgumentException e) {
      return new SigningResult.Refused(String.valueOf(e.getMessage()));
    }
    Duration ttl = asked.isNegative() || asked.isZero() ? DEFAULT_TTL : asked;
    ttl = ttl.compareTo(MAX_TTL) > 0 ? MAX_TTL : ttl;
    X509Certificate leaf = issue(request.key(), List.of(uriName(caller)), ttl);
    List<String> chain = new ArrayList<>(List.of(Pem.certificate(leaf)));
    signer.intermediates().forEach(between -> chain.add(Pem.certificate(between)));
    roots().reversed().forEach(root -> chain.add(Pem.certificate(root))); // last its own, as Istio
    return new SigningResult.Signed(
        caller,
        List.copyOf(chain),
        leaf.getNotBefore().toInstant(),
        leaf.getNotAfter().toInstant());
  }

  /**
   * A certificate for the control plane's own port, for one to put beside its key, with all that
   * leads to the root, and the root, which who joins knows by its fingerprint.
   *
   * @param dnsNames and {@code addresses} are what clients call it
   */
  public List<X509Certificate> issueServer(
      KeyPair keys, SpiffeId id, List<String> dnsNames, List<String> addresses, Duration ttl) {
    List<GeneralName> names = new ArrayList<>(List.of(uriName(id)));
    dnsNames.forEach(n -> names.add(new GeneralName(GeneralName.dNSName, n)));
    addresses.forEach(a -> names.add(new GeneralName(GeneralName.iPAddress, a)));
    List<X509Certificate> chain = new ArrayList<>(signer.path());
    chain.addFirst(issue(keys.getPublic(), names, ttl));
    return List.copyOf(chain);
  }

  private static GeneralName uriName(SpiffeId id) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, id.uri());
  }

  private X509Certificate issue(PublicKey key, List<GeneralName> names, Duration ttl) {
    Instant now = clock.instant();
    Instant end = now.plus(ttl);
    return Certificates.leaf(
        signer, key, names, now.minus(SKEW), end.isAfter(signer.end()) ? signer.end() : end);
  }
}
