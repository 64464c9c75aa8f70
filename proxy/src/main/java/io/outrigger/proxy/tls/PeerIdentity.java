package io.outrigger.proxy.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/**
 * What a certificate says of its holder: read once, then printed by XFCC, access logs and policy.
 * Immutable.
 */
public final class PeerIdentity {
  private static final Map<String, String> NAMES = Map.of("1.2.840.113549.1.9.1", "emailAddress");
  private static final int ANY = -1;
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int IP = 7;

  private final X509Certificate certificate;
  private final byte[] der;
  private final Certificate[] chain;
  private final String sha256;
  private final String subject;
  private final String issuer;
  private final List<String> uriSans;
  private final List<String> dnsSans;
  private final List<String> ipSans;
  private final List<String> emailSans;
  private final List<String> allSans;

  private PeerIdentity(X509Certificate certificate, byte[] der, Certificate[] chain) {
    this.certificate = certificate;
    this.der = der;
    this.chain = chain;
    this.sha256 = hex("SHA-256", der);
    this.subject = name(certificate.getSubjectX500Principal());
    this.issuer = name(certificate.getIssuerX500Principal());
    this.uriSans = sans(certificate, URI);
    this.dnsSans = sans(certificate, DNS);
    this.ipSans = sans(certificate, IP);
    this.emailSans = sans(certificate, EMAIL);
    this.allSans = sans(certificate, ANY);
  }

  /** Reads a certificate that the handshake has parsed. */
  public static PeerIdentity of(X509Certificate certificate) {
    return of(certificate, new Certificate[] {certificate});
  }

  /** {@code chain} is all that came with it, itself first; kept, never written to. */
  static PeerIdentity of(X509Certificate certificate, Certificate[] chain) {
    try {
      return new PeerIdentity(certificate, certificate.getEncoded(), chain);
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a parsed certificate must encode", e);
    }
  }

  /** RFC 2253, most specific name first, as Envoy prints it. */
  public String subject() {
    return subject;
  }

  public String issuer() {
    return issuer;
  }

  /** spiffe:// ids among them. */
  public List<String> uriSans() {
    return uriSans;
  }

  public List<String> dnsSans() {
    return dnsSans;
  }

  public List<String> ipSans() {
    return ipSans;
  }

  public List<String> emailSans() {
    return emailSans;
  }

  /** All of them in the certificate's order, as a refusal tells them. */
  List<String> allSans() {
    return allSans;
  }

  /** The texts of the otherName SANs of this type (RFC 5280 section 4.2.1.6). */
  List<String> otherNames(String oid) {
    return OtherNames.texts(certificate, oid);
  }

  /** Lower-case hex of the SHA-256 of the certificate's DER. */
  public String sha256() {
    return sha256;
  }

  public String sha1() {
    return hex("SHA-1", der);
  }

  /** Lower-case hex, two digits a byte. */
  public String serial() {
    String hex = certificate.getSerialNumber().toString(16);
    return hex.length() % 2 == 0 ? hex : "0" + hex;
  }

  public Instant notBefore() {
    return certificate.getNotBefore().toInstant();
  }

  public Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }

  /** The certificate in PEM, with a line feed after each 64 characters. */
  public String pem() {
    return pem(der);
  }

  private static String pem(byte[] der) {
    var base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
  }

  /** The certificate in URL-encoded PEM, as XFCC's Cert prints it. */
  public String urlEncodedPem() {
    return urlEncoded(pem());
  }

  /** The certificate and all that came with it, as XFCC's Chain prints them. */
  public String urlEncodedChain() {
    var out = new StringBuilder();
    try {
      for (Certificate each : chain) {
        out.append(urlEncoded(pem(each.getEncoded())));
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a parsed certificate must encode", e);
    }
    return out.toString();
  }

  private static String urlEncoded(String pem) {
    var out = new StringBuilder(pem.length() + 128);
    for (int i = 0; i < pem.length(); i++) {
      char c = pem.charAt(i);
      switch (c) {
        case '\n' -> out.append("%0A");
        case ' ' -> out.append("%20");
        case '+' -> out.append("%2B");
        case '/' -> out.append("%2F");
        case '=' -> out.append("%3D");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private static String name(X500Principal principal) {
    return principal.getName(X500Principal.RFC2253, NAMES);
  }

  private static List<String> sans(X509Certificate certificate, int type) {
    try {
      var all = certificate.getSubjectAlternativeNames();
      if (all == null) {
        return List.of();
      }
      var found = new ArrayList<String>(1);
      for (List<?> san : all) {
        if (san.get(0) instanceof Integer kind
            && (kind == type || type == ANY)
            && san.get(1) instanceof String s) {
          found.add(s);
        }
      }
      return List.copyOf(found);
    } catch (CertificateParsingException malformed) {
      return List.of();
    }
  }

  private static String hex(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
