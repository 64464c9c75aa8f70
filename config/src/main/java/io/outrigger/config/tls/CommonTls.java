package io.outrigger.config.tls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CommonTlsContext: what both sides' TLS has.
 *
 * @param ciphers OpenSSL names for TLS 1.2; empty: the default
 * @param curves empty: the default
 * @param validation null: the peer's certificate is not verified
 */
public record CommonTls(
    TlsVersion minVersion,
    TlsVersion maxVersion,
    List<String> ciphers,
    List<String> curves,
    List<String> signatureAlgorithms,
    List<CertificateSource> certificates,
    @Nullable ValidationSource validation,
    List<String> alpnProtocols) {
  public CommonTls {
    ciphers = List.copyOf(ciphers);
    curves = List.copyOf(curves);
    signatureAlgorithms = List.copyOf(signatureAlgorithms);
    certificates = List.copyOf(certificates);
    alpnProtocols = List.copyOf(alpnProtocols);
  }

  /** Protocol versions. */
  public enum TlsVersion {
    TLS_1_0("TLSv1"),
    TLS_1_1("TLSv1.1"),
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    private final String protocol;

    TlsVersion(String protocol) {
      this.protocol = protocol;
    }

    /** As JSSE, OpenSSL and %DOWNSTREAM_TLS_VERSION% write it. */
    public String protocol() {
      return protocol;
    }
  }
}
