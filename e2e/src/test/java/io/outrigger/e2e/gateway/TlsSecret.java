package io.outrigger.e2e.gateway;

import io.outrigger.testkit.TestCa;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Secrets with certificates, as {@code kubectl create secret tls} makes them. */
public final class TlsSecret {
  private TlsSecret() {}

  public static String yaml(String namespace, String name, TestCa.Leaf leaf) {
    return yaml(namespace, name, leaf, "");
  }

  /**
   * A document and the line that ends it.
   *
   * @param authorities to check clients by, in PEM; empty for none
   */
  static String yaml(String namespace, String name, TestCa.Leaf leaf, String authorities) {
    return """
        apiVersion: v1
        kind: Secret
        metadata: {name: %s, namespace: %s}
        type: kubernetes.io/tls
        data: {tls.crt: %s, tls.key: %s%s}
        ---
        """
        .formatted(
            name,
            namespace,
            base64(leaf.certificatePem()),
            base64(leaf.keyPem()),
            authorities.isEmpty() ? "" : ", ca.crt: " + base64(authorities));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
