package io.outrigger.testkit;

import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.jcajce.JcaCertificateID;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority for tests, which makes any leaf that a test asks for. */
public final class TestCa {
  private static final AtomicLong SERIAL = new AtomicLong(1000);

  private final String name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  /** A certificate with its key. */
  public record Leaf(X509Certificate certificate, PrivateKey key) {
    public String certificatePem() {
      return Pem.certificate(certificate);
    }

    public String keyPem() {
      return Pem.privateKey(key);
    }
  }

  /** What a leaf shall be; names are {@code URI:}, {@code DNS:}, {@code IP:} or {@code email:}. */
  public record Request(
      String subject, List<String> names, Instant from, Instant to, Purpose purpose, boolean rsa) {
    /** What the certificate may be used for. */
    public enum Purpose {
      BOTH,
      SERVER,
      CLIENT,
      UNSAID
    }

    /** Valid from an hour ago for a day, for both sides, with an EC key. */
    public static Request of(String subject, String... names) {
      Instant now = Instant.now();
      return new Request(
          subject,
          List.of(names),
          now.minus(Duration.ofHours(1)),
          now.plus(Duration.ofDays(1)),
          Purpose.BOTH,
          false);
    }

    public Request validity(Instant begin, Instant end) {
      return new Request(subject, names, begin, end, purpose, rsa);
    }

    public Request purpose(Purpose wanted) {
      return new Request(subject, names, from, to, wanted, rsa);
    }

    public Request withRsa() {
      return new Request(subject, names, from, to, purpose, true);
    }
  }

  public TestCa(String name) {
    this.name = "CN=" + name;
    this.keys = KeyPairs.ecP256();
    Instant now = Instant.now();
    try {
      X500Name subject = new X500Name(this.name);
      var builder =
          new JcaX509v3CertificateBuilder(
              subject,
              BigInteger.valueOf(SERIAL.incrementAndGet()),
              Date.from(now.minus(Duration.ofDays(1))),
              Date.from(now.plus(Duration.ofDays(3650))),
              subject,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      this.certificate = sign(builder);
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("can't make a CA for the test", e);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public String pem() {
    return Pem.certificate(certificate);
  }

  /** This authority's word by OCSP that the certificate is good; {@code until} null: no end. */
  public byte[] ocspResponse(Leaf leaf, @Nullable Instant until) {
    try {
      var id =
          new JcaCertificateID(
              new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
              certificate,
              leaf.certificate().getSerialNumber());
      var builder = new BasicOCSPRespBuilder(new RespID(new X500Name(name)));
      Instant begin = Instant.now().minus(Duration.ofDays(2));
      builder.addResponse(
          id, CertificateStatus.GOOD, Date.from(begin), until == null ? null : Date.from(until));
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      return new OCSPRespBuilder()
          .build(OCSPRespBuilder.SUCCESSFUL, builder.build(signer, null, Date.from(begin)))
          .getEncoded();
    } catch (OCSPException | OperatorCreationException | GeneralSecurityException | IOException e) {
      throw new IllegalStateException("can't make an OCSP response for the test", e);
    }
  }

  /** A leaf for both sides with these names. */
  public Leaf leaf(String... names) {
    return leaf(Request.of("CN=test", names));
  }

  public Leaf leaf(Request request) {
    KeyPair leafKeys = request.rsa() ? KeyPairs.rsa2048() : KeyPairs.ecP256();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(name),
              BigInteger.valueOf(SERIAL.incrementAndGet()),
              Date.from(request.from()),
              Date.from(request.to()),
              new X500Name(request.subject()),
              leafKeys.getPublic());
      if (!request.names().isEmpty()) {
        builder.addExtension(Extension.subjectAlternativeName, false, names(request.names()));
      }
      switch (request.purpose()) {
        case SERVER -> purposes(builder, KeyPurposeId.id_kp_serverAuth);
        case CLIENT -> purposes(builder, KeyPurposeId.id_kp_clientAuth);
        case BOTH ->
            purposes(builder, KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
        case UNSAID -> {}
      }
      return new Leaf(sign(builder), leafKeys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("can't make a certificate for the test", e);
    }
  }

  private static void purposes(JcaX509v3CertificateBuilder builder, KeyPurposeId... purposes)
      throws CertIOException {
    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
  }

  private static GeneralNames names(List<String> names) {
    var list = new ArrayList<GeneralName>();
    for (String name : names) {
      int colon = name.indexOf(':');
      int type =
          switch (name.substring(0, colon)) {
            case "URI" -> GeneralName.uniformResourceIdentifier;
            case "DNS" -> GeneralName.dNSName;
            case "IP" -> GeneralName.iPAddress;
            case "email" -> GeneralName.rfc822Name;
            default -> throw new IllegalArgumentException("URI:, DNS:, IP: or email:, not " + name);
          };
      list.add(new GeneralName(type, name.substring(colon + 1)));
    }
    return new GeneralNames(list.toArray(new GeneralName[0]));
  }

  private X509Certificate sign(JcaX509v3CertificateBuilder builder)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }
}
