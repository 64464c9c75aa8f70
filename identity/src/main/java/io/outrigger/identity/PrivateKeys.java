package io.outrigger.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads private keys in PEM: PKCS #8, plain or encrypted, PKCS #1 for RSA, SEC 1 for EC. */
public final class PrivateKeys {
  /** AlgorithmIdentifier of rsaEncryption with NULL parameters (RFC 8017 appendix C). */
  private static final byte[] RSA_ALGORITHM = {
    0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  private static final byte[] VERSION_ZERO = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 4;

  private PrivateKeys() {}

  /**
   * Reads the first key of a PEM text.
   *
   * @param holder the certificate's key, which gives an EC key its curve
   * @throws IllegalArgumentException if there is none, or it can't be read; says which and why, and
   *     nothing of the key
   */
  public static PrivateKey read(String pem, PublicKey holder, @Nullable String password) {
    try {
      for (byte[] der : Pem.decode("PRIVATE KEY", pem)) {
        return pkcs8(der, holder.getAlgorithm());
      }
      for (byte[] der : Pem.decode("RSA PRIVATE KEY", pem)) {
        return pkcs8(wrap(RSA_ALGORITHM, der), "RSA");
      }
      for (byte[] der : Pem.decode("EC PRIVATE KEY", pem)) {
        // SubjectPublicKeyInfo begins with the AlgorithmIdentifier that PKCS #8 wants
        return pkcs8(wrap(firstElement(holder.getEncoded()), der), "EC");
      }
      for (byte[] der : Pem.decode("ENCRYPTED PRIVATE KEY", pem)) {
        return pkcs8(decrypt(der, password), holder.getAlgorithm());
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the private key can't be read: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "there is no private key: a PEM block PRIVATE KEY, RSA PRIVATE KEY, EC PRIVATE KEY or"
            + " ENCRYPTED PRIVATE KEY is needed");
  }

  /** Whether a private key is that of a public one. */
  public static boolean fits(PrivateKey key, PublicKey holder) {
    if (!key.getAlgorithm().equals(holder.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      byte[] text = Pem.utf8("fits");
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(holder);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PrivateKey pkcs8(byte[] der, String algorithm) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static byte[] decrypt(byte[] der, @Nullable String password)
      throws GeneralSecurityException, IOException {
    if (password == null) {
      throw new IllegalArgumentException("the private key is encrypted, and there is no password");
    }
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    // PBES2 names its scheme in the parameters, under the name that the JDK's factories take
    String scheme =
        info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13")
            ? info.getAlgParameters().toString()
            : info.getAlgName();
    var key =
        SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password.toCharArray()));
    Cipher cipher = Cipher.getInstance(scheme);
    cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
    return info.getKeySpec(cipher).getEncoded();
  }

  /** PrivateKeyInfo (RFC 5208 section 5): version, algorithm, the key as an octet string. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return element(SEQUENCE, List.of(VERSION_ZERO, algorithm, element(OCTET_STRING, List.of(key))));
  }

  private static byte[] element(int tag, List<byte[]> parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] header =
        length < 0x80
            ? new byte[] {(byte) tag, (byte) length}
            : length < 0x100
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >>> 8), (byte) length};
    byte[] out = Arrays.copyOf(header, header.length + length);
    int at = header.length;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }

  /** The first element inside a DER sequence, whole. */
  private static byte[] firstElement(byte[] der) {
    int start = 1 + lengthSize(der, 1);
    int end = start + 1 + lengthSize(der, start + 1) + length(der, start + 1);
    if (end > der.length) {
      throw new IllegalArgumentException("the certificate's public key can't be read");
    }
    return Arrays.copyOfRange(der, start, end);
  }

  private static int lengthSize(byte[] der, int at) {
    int first = der[at] & 0xff;
    return first < 0x80 ? 1 : 1 + (first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 1; i <= (first & 0x7f); i++) {
      length = length << 8 | der[at + i] & 0xff;
    }
    return length;
  }
}
