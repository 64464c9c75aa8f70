package io.outrigger.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * A certificate signing request from outside, proven to be signed by the key in it. Nothing else in
 * it is believed.
 *
 * @param key the key to certify
 * @param uris the URIs that it asks for; to compare with who the caller is
 */
record ReceivedRequest(PublicKey key, List<String> uris) {
  private static final int MAX_CHARS = 16 * 1024;
  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;

  private static final Map<String, String> SIGNATURES =
      Map.of(
          "1.2.840.10045.4.3.2", "SHA256withECDSA",
          "1.2.840.10045.4.3.3", "SHA384withECDSA",
          "1.2.840.113549.1.1.11", "SHA256withRSA",
          "1.2.840.113549.1.1.12", "SHA384withRSA",
          "1.2.840.113549.1.1.13", "SHA512withRSA");

  /**
   * Reads and proves a request.
   *
   * @throws IllegalArgumentException says what is wrong with it
   */
  static ReceivedRequest parse(String pem) {
    if (pem.length() > MAX_CHARS) {
      throw new IllegalArgumentException("the CSR is longer than " + MAX_CHARS + " characters");
    }
    List<byte[]> blocks = Pem.decode("CERTIFICATE REQUEST", pem);
    if (blocks.size() != 1) {
      throw new IllegalArgumentException(
          "the CSR has " + blocks.size() + " CERTIFICATE REQUEST blocks where one is needed");
    }
    try {
      PKCS10CertificationRequest request = new PKCS10CertificationRequest(blocks.get(0));
      // What is proven below is what was sent, not a tidier reading of it.
      if (!Arrays.equals(request.toASN1Structure().getEncoded("DER"), blocks.get(0))) {
        throw new IllegalArgumentException("the CSR isn't in DER");
      }
      PublicKey key = keyOf(request);
      prove(request, key);
      return new ReceivedRequest(key, urisOf(request));
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // the parser's own slips on hostile bytes, an index out of bounds among them
      throw new IllegalArgumentException("the CSR can't be read: " + e.getMessage(), e);
    }
  }

  private static PublicKey keyOf(PKCS10CertificationRequest request) throws IOException {
    String algorithm = request.getSubjectPublicKeyInfo().getAlgorithm().getAlgorithm().getId();
    boolean ec = algorithm.equals("1.2.840.10045.2.1");
    if (!ec && !algorithm.equals("1.2.840.113549.1.1.1")) {
      throw new IllegalArgumentException("the CSR's key is neither EC nor RSA: " + algorithm);
    }
    PublicKey key;
    try {
      key =
          KeyFactory.getInstance(ec ? "EC" : "RSA")
              .generatePublic(
                  new X509EncodedKeySpec(request.getSubjectPublicKeyInfo().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the CSR's key can't be read: " + e.getMessage(), e);
    }
    if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
        throw new IllegalArgumentException(
            "the CSR's RSA key has "
                + bits
                + " bits; "
                + MIN_RSA_BITS
                + " to "
                + MAX_RSA_BITS
                + " are allowed");
      }
    } else if (key instanceof ECPublicKey ec256 && ec256.getParams().getOrder().bitLength() < 256) {
      throw new IllegalArgumentException("the CSR's EC key has fewer than 256 bits");
    }
    return key;
  }

  private static void prove(PKCS10CertificationRequest request, PublicKey key) throws IOException {
    String oid = request.getSignatureAlgorithm().getAlgorithm().getId();
    String algorithm = SIGNATURES.get(oid);
    if (algorithm == null) {
      throw new IllegalArgumentException(
          "the CSR is signed with " + oid + "; SHA-2 with ECDSA or RSA is allowed");
    }
    boolean proven;
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initVerify(key);
      signature.update(request.toASN1Structure().getCertificationRequestInfo().getEncoded("DER"));
      proven = signature.verify(request.getSignature());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the CSR's signature can't be read", e);
    }
    if (!proven) {
      throw new IllegalArgumentException("the CSR isn't signed by the key that it is for");
    }
  }

  private static List<String> urisOf(PKCS10CertificationRequest request) {
    List<String> uris = new ArrayList<>();
    Extensions extensions = request.getRequestedExtensions();
    GeneralNames names =
        extensions == null
            ? null
            : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    if (names != null) {
      for (GeneralName name : names.getNames()) {
        if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
          uris.add(name.getName().toString());
        }
      }
    }
    return List.copyOf(uris);
  }
}
