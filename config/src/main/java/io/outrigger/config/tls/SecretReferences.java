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
    ValidationSource validation = common.validation();
    SdsSource awaited = validation == null ? null : validation.sds();
    if (awaited != null) {
      found.add(awaited);
    }
    return found;
  }
}
