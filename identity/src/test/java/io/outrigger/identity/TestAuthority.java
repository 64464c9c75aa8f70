package io.outrigger.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A root or an intermediate as a test wants it, also as nobody should make one. */
record TestAuthority(KeyPair keys, X509Certificate certificate) {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** What it shall be. */
  static final class Shape {
    private final String name;
    private KeyPair keys = KeyPairs.ecP256();
    private BasicConstraints constraints = new BasicConstraints(true);
    private int usage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
    private Instant from = NOW.minus(Duration.ofDays(1));
    private Instant to = NOW.plus(Duration.ofDays(100));
    private byte[] keyId = {};
    private String onlyDomain = "";

    private Shape(String name) {
      this.name = name;
    }

    Shape keys(KeyPair wanted) {
      keys = wanted;
      return this;
    }

    Shape noAuthority() {
      constraints = new BasicConstraints(false);
      return this;
    }

    Shape pathLength(int length) {
      constraints = new BasicConstraints(length);
      return this;
    }

    Shape usage(int bits) {
      usage = bits;
      return this;
    }

    Shape from(Instant when) {
      from = when;
      return this;
    }

    Shape to(Instant when) {
      to = when;
      return this;
    }

    /** A key id that isn't the key's hash, as of authorities that count in another way. */
    Shape keyId(byte... id) {
      keyId = id;
      return this;
    }

    /** URIs of this host only. */
    Shape onlyDomain(String domain) {
      onlyDomain = domain;
      return this;
    }

    TestAuthority root() {
      return sign(name, keys);
    }

    TestAuthority below(TestAuthority issuer) {
      return sign(issuer.certificate.getSubjectX500Principal().getName(), issuer.keys);
    }

    private TestAuthority sign(String issuer, KeyPair by) {
      String algorithm =
          by.getPrivate().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
      try {
        var builder =
            new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(from),
                Date.from(to),
                new X500Name(name),
                keys.getPublic());
        add(builder, Extension.basicConstraints, constraints);
        add(builder, Extension.keyUsage, new KeyUsage(usage));
        if (keyId.length > 0) {
          builder.addExtension(
              Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId));
        }
        if (!onlyDomain.isEmpty()) {
          GeneralName host = new GeneralName(GeneralName.uniformResourceIdentifier, onlyDomain);
          add(
              builder,
              Extension.nameConstraints,
              new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(host)}, null));
        }
        return new TestAuthority(
            keys,
            new JcaX509CertificateConverter()
                .getCertificate(
                    builder.build(new JcaContentSignerBuilder(algorithm).build(by.getPrivate()))));
      } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
        throw new IllegalStateException("can't make an authority for the test", e);
      }
    }

    private static void add(
        JcaX509v3CertificateBuilder builder, ASN1ObjectIdentifier id, ASN1Encodable value)
        throws IOException {
      builder.addExtension(id, true, value);
    }
  }

  static Shape of(String name) {
    return new Shape("CN=" + name);
  }

  String pem() {
    return Pem.certificate(certificate);
  }

  String keyPem() {
    return Pem.privateKey(keys.getPrivate());
  }

  /** As openssl writes keys without PKCS #8. */
  String oldKeyPem() {
    try {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
      return Pem.encode(
          keys.getPrivate().getAlgorithm() + " PRIVATE KEY",
          info.parsePrivateKey().toASN1Primitive().getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
