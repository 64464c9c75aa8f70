package io.outrigger.config.tls;

import java.util.LinkedHashSet;
import java.util.Set;

/** The secrets that a TLS context names. */
final class SecretReferences {
  private SecretReferences() {}

  static Set<SdsSource> of(CommonTls common) {
    Set<SdsSource> found = new LinkedHashSet<>();
    for (CertificateSource certificate : common.certificates()) {
      if (certificate instanceof CertificateSource.Sds sds) {
        found.add(sds.sds());
      }
    }
    switch (common.validation()) {
      case ValidationSource.Sds sds -> found.add(sds.sds());
      case ValidationSource.Combined combined -> found.add(combined.sds());
      case ValidationSource.Here _ -> {}
      case null -> {}
    }
    return found;
  }
}
