package io.outrigger.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/** A certificate's fingerprint as people hand it on: {@code sha256:} and hexadecimal digits. */
public final class Fingerprint {
  private static final String PREFIX = "sha256:";

  private Fingerprint() {}

  public static String of(X509Certificate certificate) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return PREFIX + HexFormat.of().formatHex(digest.digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that can't be encoded", e);
    }
  }

  /** Whether a text names the same, as OpenSSL writes it too: capitals, colons between bytes. */
  public static boolean same(String fingerprint, String text) {
    String digits = text.strip().toLowerCase(Locale.ROOT);
    if (digits.startsWith(PREFIX)) {
      digits = digits.substring(PREFIX.length());
    }
    return fingerprint.equals(PREFIX + digits.replace(":", ""));
  }
}
