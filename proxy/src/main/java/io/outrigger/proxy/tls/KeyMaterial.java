package io.outrigger.proxy.tls;

import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.TlsCertificate;
import io.outrigger.identity.Pem;
import io.outrigger.identity.PrivateKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A certificate chain, leaf first, and the leaf's private key. */
record KeyMaterial(List<X509Certificate> chain, PrivateKey key, PeerIdentity identity) {

  /** Reads what is configured; the message of the exception says what is wrong. */
  static KeyMaterial read(TlsCertificate certificate) throws TlsException {
    String password = text(certificate.password(), "password");
    DataSource pkcs12 = certificate.pkcs12();
    if (pkcs12 != null) {
      return pkcs12(DataSources.read(pkcs12, "pkcs12"), password);
    }
    String chainText = text(certificate.chain(), "certificate_chain");
    String keyText = text(certificate.privateKey(), "private_key");
    if (chainText == null || keyText == null) {
      throw new TlsException(
          (chainText == null ? "certificate_chain" : "private_key") + " is missing");
    }
    List<X509Certificate> chain;
    try {
      chain = Pem.certificates(chainText);
    } catch (IllegalArgumentException e) {
      throw new TlsException("certificate_chain: " + e.getMessage(), e);
    }
    PrivateKey key;
    try {
      key = PrivateKeys.read(keyText, chain.getFirst().getPublicKey(), password);
    } catch (IllegalArgumentException e) {
      throw new TlsException(String.valueOf(e.getMessage()), e);
    }
    return new KeyMaterial(chain, key, PeerIdentity.of(chain.getFirst()));
  }

  private static KeyMaterial pkcs12(byte[] bytes, @Nullable String password) throws TlsException {
    char[] secret = password == null ? new char[0] : password.toCharArray();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), secret);
      for (String alias : Collections.list(store.aliases())) {
        Certificate[] found = store.getCertificateChain(alias);
        if (found != null && store.getKey(alias, secret) instanceof PrivateKey key) {
          List<X509Certificate> chain =
              Arrays.stream(found).map(X509Certificate.class::cast).toList();
          return new KeyMaterial(chain, key, PeerIdentity.of(chain.getFirst()));
        }
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("pkcs12 can't be read: " + e.getMessage(), e);
    }
    throw new TlsException("pkcs12 holds no private key with its certificate");
  }

  private static @Nullable String text(@Nullable DataSource source, String field)
      throws TlsException {
    return source == null
        ? null
        : new String(DataSources.read(source, field), StandardCharsets.UTF_8).strip();
  }

  boolean isEcdsa() {
    return key.getAlgorithm().equals("EC");
  }

  /** How well this certificate fits a server name: 2 exactly, 1 by a wildcard, 0 not at all. */
  int fits(String serverName) {
    int best = 0;
    for (String name : names()) {
      if (SubjectNames.covers(name, serverName)) {
        best = Math.max(best, name.startsWith("*.") ? 1 : 2);
      }
    }
    return best;
  }

  /** DNS SANs; the common name where there is none, as Envoy has it. */
  private List<String> names() {
    if (!identity.dnsSans().isEmpty()) {
      return identity.dnsSans();
    }
    for (String part : identity.subject().split(",", -1)) {
      if (part.startsWith("CN=")) {
        return List.of(part.substring("CN=".length()));
      }
    }
    return List.of();
  }
}
