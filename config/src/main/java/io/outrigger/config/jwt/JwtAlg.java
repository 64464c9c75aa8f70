package io.outrigger.config.jwt;

import org.jspecify.annotations.Nullable;

/** The algorithms that tokens may be signed with: RFC 7518 section 3.1, and RFC 8037's EdDSA. */
public enum JwtAlg {
  RS256("RSA", "SHA256withRSA", ""),
  RS384("RSA", "SHA384withRSA", ""),
  RS512("RSA", "SHA512withRSA", ""),
  PS256("RSA", "RSASSA-PSS", "SHA-256"),
  PS384("RSA", "RSASSA-PSS", "SHA-384"),
  PS512("RSA", "RSASSA-PSS", "SHA-512"),
  ES256("P-256", "SHA256withECDSAinP1363Format", ""),
  ES384("P-384", "SHA384withECDSAinP1363Format", ""),
  ES512("P-521", "SHA512withECDSAinP1363Format", ""),
  HS256("oct", "HmacSHA256", ""),
  HS384("oct", "HmacSHA384", ""),
  HS512("oct", "HmacSHA512", ""),
  EdDSA("Ed25519", "Ed25519", "");

  private final String kind;
  private final String jca;
  private final String pssHash;

  JwtAlg(String kind, String jca, String pssHash) {
    this.kind = kind;
    this.jca = jca;
    this.pssHash = pssHash;
  }

  /** Null: none of these, which "none" isn't either. */
  public static @Nullable JwtAlg of(String name) {
    for (JwtAlg alg : VALUES) {
      if (alg.name().equals(name)) {
        return alg;
      }
    }
    return null;
  }

  private static final JwtAlg[] VALUES = values();

  /** The kind of key that it needs, as {@link Jwk#kind} has it. */
  public String kind() {
    return kind;
  }

  /** What the JDK calls it. */
  public String jca() {
    return jca;
  }

  /** The hash of RSASSA-PSS; empty: it is another algorithm. */
  public String pssHash() {
    return pssHash;
  }
}
