package io.outrigger.e2e.differential;

import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import io.outrigger.identity.SpiffeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Keys and certificates that the tests make for themselves. In a configuration {@code {{ca}}},
 * {@code {{cert NAME}}} and {@code {{key NAME}}} (also {@code hash}, {@code spki}) stand for them
 * as quoted strings, with {@code pem-} before the word as they are.
 */
public final class TestCertificates {
  private static final Pattern PLACE =
      Pattern.compile("\\{\\{(pem-)?(cert|key|ca|other-ca|hash|spki) ?([a-z.-]*)}}");
  private static final CertificateAuthority AUTHORITY = authority("test");
  private static final CertificateAuthority OTHER = authority("other");
  private static final Map<String, Issued> ISSUED = new HashMap<>();

  private record Issued(KeyPair keys, List<X509Certificate> chain) {}

  private static CertificateAuthority authority(String name) {
    try {
      Path directory = Files.createTempDirectory("outrigger-test-ca-" + name);
      CertificateAuthority authority =
          CertificateAuthority.open(directory, "cluster.local", InstantSource.system());
      try (Stream<Path> all =
          Files.walk(directory)) { // the last that is named is the first deleted
        all.forEach(path -> path.toFile().deleteOnExit());
      }
      return authority;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized Issued issued(String name) {
    return ISSUED.computeIfAbsent(
        name,
        n -> {
          KeyPair keys = KeyPairs.ecP256();
          CertificateAuthority by = n.startsWith("other") ? OTHER : AUTHORITY;
          return new Issued(
              keys,
              by.issueServer(
                  keys,
                  new SpiffeId("cluster.local", "test", n.replace('.', '-')),
                  List.of(n),
                  List.of("127.0.0.1"),
                  Duration.ofHours(1)));
        });
  }

  /** What verify_certificate_hash takes. */
  private static String hash(X509Certificate certificate) {
    try {
      return HexFormat.of().formatHex(sha256(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What verify_certificate_spki takes. */
  private static String spki(KeyPair keys) {
    try {
      return Base64.getEncoder().encodeToString(sha256(keys.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha256(byte[] of) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(of);
  }

  public static String substitute(String yaml) {
    Matcher matcher = PLACE.matcher(yaml);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String pem =
          switch (matcher.group(2)) {
            case "ca" -> AUTHORITY.rootPem();
            case "other-ca" -> OTHER.rootPem();
            case "hash" -> hash(issued(matcher.group(3)).chain().get(0));
            case "spki" -> spki(issued(matcher.group(3)).keys());
            case "cert" -> Pem.certificate(issued(matcher.group(3)).chain().get(0));
            default -> Pem.privateKey(issued(matcher.group(3)).keys().getPrivate());
          };
      boolean plain = matcher.group(1) != null;
      matcher.appendReplacement(
          out, Matcher.quoteReplacement(plain ? pem : "\"" + pem.replace("\n", "\\n") + "\""));
    }
    return matcher.appendTail(out).toString();
  }

  /**
   * A client's context that trusts the tests' authority, with a certificate of that name or none.
   */
  public static SSLContext client(String certificate) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      if (!certificate.isEmpty()) {
        Issued issued = issued(certificate);
        keys.setKeyEntry(
            "own",
            issued.keys().getPrivate(),
            new char[0],
            issued.chain().toArray(X509Certificate[]::new));
      }
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keys, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), new TrustManager[] {trust()}, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What trusts the tests' authority alone. */
  public static X509TrustManager trust() {
    try {
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry("ca", AUTHORITY.root());
      TrustManagerFactory trusts =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusts.init(trust);
      return (X509TrustManager) trusts.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private TestCertificates() {}
}
