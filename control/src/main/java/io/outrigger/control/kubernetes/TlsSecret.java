package io.outrigger.control.kubernetes;

import io.outrigger.control.resource.Spec;
import org.jspecify.annotations.Nullable;

/**
 * What of a Secret is for TLS, in PEM. Neither a log nor a page may have the key: the text of this
 * record doesn't.
 *
 * @param certificates leaf first; null where the secret has no key
 * @param privateKey null where the secret has only authorities
 * @param authorities those that certify the other side; null for none
 */
public record TlsSecret(
    @Nullable String certificates, @Nullable String privateKey, @Nullable String authorities)
    implements Spec {
  @Override
  public String toString() {
    return "TlsSecret[" + (privateKey == null ? "authorities" : "a certificate and its key") + "]";
  }
}
