package io.outrigger.config.tls;

import io.outrigger.config.source.DataSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CertificateValidationContext: what the peer's certificate must be.
 *
 * @param trustedCa null: chains are not verified
 * @param sanMatchers one must match; empty: any name
 * @param certificateHashes SHA-256 of the certificate, lower-case hex without colons
 * @param spkiHashes SHA-256 of the public key, base64
 * @param maxVerifyDepth -1: the library's
 * @param trustDomains SPIFFE validator: trust bundle a trust domain; empty: not used
 */
public record ValidationConfig(
    @Nullable DataSource trustedCa,
    List<SanMatcher> sanMatchers,
    List<String> certificateHashes,
    List<String> spkiHashes,
    @Nullable DataSource crl,
    boolean onlyVerifyLeafCertCrl,
    boolean acceptUntrusted,
    boolean allowExpiredCertificate,
    int maxVerifyDepth,
    List<TrustDomain> trustDomains) {
  public static final ValidationConfig NONE =
      new ValidationConfig(
          null, List.of(), List.of(), List.of(), null, false, false, false, -1, List.of());

  public ValidationConfig {
    sanMatchers = List.copyOf(sanMatchers);
    certificateHashes = List.copyOf(certificateHashes);
    spkiHashes = List.copyOf(spkiHashes);
    trustDomains = List.copyOf(trustDomains);
  }

  /** A SPIFFE trust domain and its trust bundle. */
  public record TrustDomain(String name, DataSource trustBundle) {}
}
