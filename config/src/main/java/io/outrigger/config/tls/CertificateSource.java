package io.outrigger.config.tls;

/** Where a certificate and its key come from. */
public sealed interface CertificateSource {
  /** They are configured here, inline or as files. */
  record Here(TlsCertificate certificate) implements CertificateSource {}

  /** SDS delivers them. */
  record Sds(SdsSource sds) implements CertificateSource {}
}
