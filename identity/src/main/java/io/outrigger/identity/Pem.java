package io.outrigger.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys and certificates as text (RFC 7468). */
public final class Pem {
  private Pem() {}

  /** One block of text for these bytes. */
  public static String encode(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /**
   * The bytes of every block of a label, in order; other blocks and text between are skipped.
   *
   * @throws IllegalArgumentException if a block isn't closed or isn't base64
   */
  public static List<byte[]> decode(String label, String text) {
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    List<byte[]> blocks = new ArrayList<>();
    for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
      int from = at + begin.length();
      int to = text.indexOf(end, from);
      if (to < 0) {
        throw new IllegalArgumentException("PEM: a " + label + " block isn't closed");
      }
      String body = text.substring(from, to).replaceAll("\\s", "");
      try {
        blocks.add(Base64.getDecoder().decode(body));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("PEM: a " + label + " block isn't base64", e);
      }
      at = to + end.length();
    }
    return blocks;
  }

  public static String certificate(X509Certificate certificate) {
    try {
      return encode("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateException e) {
      throw new IllegalArgumentException("a certificate that can't be encoded", e);
    }
  }

  /** All of them, in order. */
  public static String certificates(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    certificates.forEach(certificate -> text.append(certificate(certificate)));
    return text.toString();
  }

  /**
   * Every certificate in a text, in order.
   *
   * @throws IllegalArgumentException if there is none, or one can't be read
   */
  public static List<X509Certificate> certificates(String text) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] der : decode("CERTIFICATE", text)) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException("PEM: not an X.509 certificate: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("PEM: there is no CERTIFICATE block");
    }
    return List.copyOf(certificates);
  }

  /** PKCS #8, as BoringSSL, OpenSSL and the JDK read it. */
  public static String privateKey(PrivateKey key) {
    return encode("PRIVATE KEY", key.getEncoded());
  }

  public static String publicKey(PublicKey key) {
    return encode("PUBLIC KEY", key.getEncoded());
  }

  /**
   * Reads a PKCS #8 private key, EC or RSA.
   *
   * @throws IllegalArgumentException if there isn't exactly one, or it can't be read
   */
  public static PrivateKey readPrivateKey(String text) {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(one("PRIVATE KEY", text));
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (GeneralSecurityException notEc) {
      try {
        return KeyFactory.getInstance("RSA").generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException("PEM: the private key is neither EC nor RSA", e);
      }
    }
  }

  /**
   * Reads an EC public key.
   *
   * @throws IllegalArgumentException if there isn't exactly one, or it can't be read
   */
  public static PublicKey readPublicKey(String text) {
    try {
      return KeyFactory.getInstance("EC")
          .generatePublic(new X509EncodedKeySpec(one("PUBLIC KEY", text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("PEM: not an EC public key", e);
    }
  }

  private static byte[] one(String label, String text) {
    List<byte[]> blocks = decode(label, text);
    if (blocks.size() != 1) {
      throw new IllegalArgumentException(
          "PEM: " + blocks.size() + " blocks of " + label + " where one is needed");
    }
    return blocks.get(0);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
