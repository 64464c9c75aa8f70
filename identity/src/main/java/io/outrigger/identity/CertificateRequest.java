package io.outrigger.identity;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/**
 * Writes a certificate signing request (PKCS #10, RFC 2986), as a sidecar sends it: an empty
 * subject, and the workload's id as the only name. Without Bouncy Castle, for a sidecar's memory.
 */
public final class CertificateRequest {
  private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
  private static final String SUBJECT_ALT_NAME = "2.5.29.17";
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String RSA_WITH_SHA256 = "1.2.840.113549.1.1.11";

  private CertificateRequest() {}

  /** A request in PEM, signed with the key that it is for. */
  public static String pem(KeyPair keys, SpiffeId id) {
    byte[] names = Der.sequence(Der.ascii(0x86, id.uri()));
    byte[] extension = Der.sequence(Der.oid(SUBJECT_ALT_NAME), Der.yes(), Der.octets(names));
    byte[] attribute = Der.sequence(Der.oid(EXTENSION_REQUEST), Der.set(Der.sequence(extension)));
    byte[] info =
        Der.sequence(
            Der.zero(), Der.sequence(), keys.getPublic().getEncoded(), Der.tagged(0xa0, attribute));
    boolean ec = keys.getPrivate().getAlgorithm().equals("EC");
    byte[] algorithm =
        ec
            ? Der.sequence(Der.oid(ECDSA_WITH_SHA256))
            : Der.sequence(Der.oid(RSA_WITH_SHA256), new byte[] {0x05, 0});
    try {
      Signature signature = Signature.getInstance(ec ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(info);
      return Pem.encode(
          "CERTIFICATE REQUEST", Der.sequence(info, algorithm, Der.bits(signature.sign())));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a key that can't sign: " + e.getMessage(), e);
    }
  }
}
