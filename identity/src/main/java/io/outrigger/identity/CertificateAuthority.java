package io.outrigger.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * Signs workloads' certificates under a self-signed root.
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
  private final AuthorityPem.Root root;
  private final InstantSource clock;

  private CertificateAuthority(String trustDomain, AuthorityPem.Root root, InstantSource clock) {
    this.trustDomain = trustDomain;
    this.root = root;
    this.clock = clock;
  }

  /**
   * Opens the authority in a directory, with {@code root-cert.pem} and {@code ca-key.pem}; makes
   * both on first use, the key readable by its owner only.
   *
   * @throws IOException if the files can't be read, written, or don't belong together; says which
   */
  public static CertificateAuthority open(Path directory, String trustDomain, InstantSource clock)
      throws IOException {
    return new CertificateAuthority(
        trustDomain, RootFiles.open(directory, trustDomain, clock.instant()), clock);
  }

  /**
   * An authority of what is at hand.
   *
   * @param where it is from, for what is said of it
   * @throws IllegalArgumentException if key and certificates can't be read or don't belong together
   */
  public static CertificateAuthority of(
      AuthorityPem pem, String where, String trustDomain, InstantSource clock) {
    return new CertificateAuthority(trustDomain, pem.read(where, clock.instant()), clock);
  }

  public String trustDomain() {
    return trustDomain;
  }

  public X509Certificate root() {
    return root.certificate();
  }

  /** Every root that is trusted; the one that signs first. */
  public List<X509Certificate> roots() {
    List<X509Certificate> all = new ArrayList<>(List.of(root.certificate()));
    all.addAll(root.others());
    return List.copyOf(all);
  }

  /** The roots in PEM, as clients get them to trust. */
  public String rootPem() {
    return roots().stream().map(Pem::certificate).collect(Collectors.joining());
  }

  /**
   * Signs a workload's request.
   *
   * @param csr PEM from outside
   * @param caller who the caller was proven to be
   * @param asked the life asked for; zero or less for the default
   */
  public SigningResult sign(String csr, SpiffeId caller, Duration asked) {
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
    root.others().forEach(other -> chain.add(Pem.certificate(other)));
    chain.add(Pem.certificate(root.certificate())); // the last is the one that signed, as in Istio
    return new SigningResult.Signed(
        caller,
        List.copyOf(chain),
        leaf.getNotBefore().toInstant(),
        leaf.getNotAfter().toInstant());
  }

  /**
   * A certificate for the control plane's own port, for one to put beside its key.
   *
   * @param dnsNames and {@code addresses} are what clients call it
   */
  public List<X509Certificate> issueServer(
      KeyPair keys, SpiffeId id, List<String> dnsNames, List<String> addresses, Duration ttl) {
    List<GeneralName> names = new ArrayList<>(List.of(uriName(id)));
    dnsNames.forEach(n -> names.add(new GeneralName(GeneralName.dNSName, n)));
    addresses.forEach(a -> names.add(new GeneralName(GeneralName.iPAddress, a)));
    return List.of(issue(keys.getPublic(), names, ttl), root.certificate());
  }

  private static GeneralName uriName(SpiffeId id) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, id.uri());
  }

  private X509Certificate issue(PublicKey key, List<GeneralName> names, Duration ttl) {
    Instant now = clock.instant();
    Instant end = now.plus(ttl);
    Instant rootEnd = root.certificate().getNotAfter().toInstant();
    return Certificates.leaf(
        root, key, names, now.minus(SKEW), end.isAfter(rootEnd) ? rootEnd : end);
  }
}
