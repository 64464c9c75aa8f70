package io.outrigger.testkit;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs tokens (JWT) with keys that are made once a process, and shows those as a JWKS. A key's
 * name tells its kind: {@code rsa...}, {@code ec256...}, {@code ec384...}, {@code ec521...}, {@code
 * ed...}, {@code oct...}.
 */
public final class TestTokens {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final Map<String, KeyPair> PAIRS = new ConcurrentHashMap<>();
  private static final Pattern PLACES =
      Pattern.compile("<<(jwt|jwks) (.*?)>>", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern ALG =
      Pattern.compile("\"alg\": ?\"((?:RS|PS|ES|HS)[0-9]+|EdDSA|none)\"");
  private static final Pattern NOW = Pattern.compile("NOW([+-][0-9]+)");

  private TestTokens() {}

  /**
   * Puts tokens for {@code <<jwt KEY|HEADER|PAYLOAD>>} and key sets for {@code <<jwks KEY ...>>}.
   */
  public static String substitute(String text) {
    return PLACES
        .matcher(text)
        .replaceAll(
            found -> {
              String[] parts = found.group(2).split("\\|", -1);
              return Matcher.quoteReplacement(
                  found.group(1).equals("jwks")
                      ? jwks(found.group(2).split(" ", -1))
                      : token(parts[0], parts[1], parts[2]));
            });
  }

  /** A token; {@code NOW+10} in the payload becomes that time, in seconds. */
  public static String token(String key, String header, String payload) {
    long now = System.currentTimeMillis() / 1000;
    String claims =
        NOW.matcher(payload).replaceAll(at -> Long.toString(now + Long.parseLong(at.group(1))));
    String signed = encode(bytes(header)) + "." + encode(bytes(claims));
    Matcher alg = ALG.matcher(header);
    return signed + "." + encode(sign(key, alg.find() ? alg.group(1) : "RS256", bytes(signed)));
  }

  /** A token of an issuer, signed with RS256 by the key {@code rsa}, that never expires. */
  public static String of(String issuer, String moreClaims) {
    return token(
        "rsa",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\"}",
        "{\"iss\":\"" + issuer + "\",\"exp\":4000000000" + moreClaims + "}");
  }

  /** The keys' public halves; {@code NAME:bare} has neither kid nor alg. */
  public static String jwks(String... names) {
    List<String> keys = new ArrayList<>();
    for (String name : names) {
      boolean bare = name.endsWith(":bare");
      keys.add(jwk(bare ? name.substring(0, name.length() - 5) : name, bare));
    }
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static String jwk(String name, boolean bare) {
    String id = bare ? "" : ",\"kid\":\"" + name + "\"";
    if (name.startsWith("oct")) {
      return "{\"kty\":\"oct\",\"k\":\"" + encode(bytes(secret(name))) + "\"" + id + "}";
    }
    PublicKey key = pair(name).getPublic();
    if (key instanceof RSAPublicKey rsa) {
      return "{\"kty\":\"RSA\",\"n\":\""
          + encode(unsigned(rsa.getModulus(), 256))
          + "\",\"e\":\""
          + encode(unsigned(rsa.getPublicExponent(), 3))
          + "\""
          + id
          + "}";
    }
    if (key instanceof ECPublicKey ec) {
      int size = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
      return "{\"kty\":\"EC\",\"crv\":\"P-"
          + name.substring(2, 5)
          + "\",\"x\":\""
          + encode(unsigned(ec.getW().getAffineX(), size))
          + "\",\"y\":\""
          + encode(unsigned(ec.getW().getAffineY(), size))
          + "\""
          + id
          + "}";
    }
    byte[] y = unsigned(((EdECPublicKey) key).getPoint().getY(), 32);
    for (int i = 0; i < 16; i++) {
      byte swapped = y[i];
      y[i] = y[31 - i];
      y[31 - i] = swapped;
    }
    y[31] |= (byte) (((EdECPublicKey) key).getPoint().isXOdd() ? 0x80 : 0);
    return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + encode(y) + "\"" + id + "}";
  }

  private static byte[] sign(String name, String alg, byte[] data) {
    try {
      if (alg.equals("none")) {
        return new byte[0];
      }
      if (alg.startsWith("HS")) {
        Mac mac = Mac.getInstance("HmacSHA" + alg.substring(2));
        // a key pair's name: the confusion of taking a public key's bytes for a secret
        byte[] secret =
            name.startsWith("oct") ? bytes(secret(name)) : pair(name).getPublic().getEncoded();
        mac.init(new SecretKeySpec(secret, "HMAC"));
        return mac.doFinal(data);
      }
      PrivateKey key = pair(name).getPrivate();
      Signature signature = Signature.getInstance(jca(alg));
      if (alg.startsWith("PS")) {
        String hash = "SHA-" + alg.substring(2);
        signature.setParameter(
            new PSSParameterSpec(
                hash,
                "MGF1",
                new MGF1ParameterSpec(hash),
                Integer.parseInt(alg.substring(2)) / 8,
                1));
      }
      signature.initSign(key);
      signature.update(data);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String jca(String alg) {
    return switch (alg.substring(0, 2)) {
      case "RS" -> "SHA" + alg.substring(2) + "withRSA";
      case "PS" -> "RSASSA-PSS";
      case "ES" -> "SHA" + alg.substring(2) + "withECDSAinP1363Format";
      default -> "Ed25519";
    };
  }

  private static KeyPair pair(String name) {
    return Objects.requireNonNull(PAIRS.computeIfAbsent(name, TestTokens::generate));
  }

  private static KeyPair generate(String name) {
    try {
      KeyPairGenerator generator;
      if (name.startsWith("rsa")) {
        generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
      } else if (name.startsWith("ec")) {
        generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp" + name.substring(2, 5) + "r1"));
      } else {
        generator = KeyPairGenerator.getInstance("Ed25519");
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String secret(String name) {
    return name + "-a-secret-of-more-than-32-bytes-for-all-of-them-and-64-for-HS512";
  }

  private static byte[] unsigned(BigInteger number, int size) {
    byte[] bytes = number.toByteArray();
    byte[] out = new byte[size];
    int length = Math.min(bytes.length, size);
    System.arraycopy(bytes, bytes.length - length, out, size - length, length);
    return out;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String encode(byte[] bytes) {
    return BASE64.encodeToString(bytes);
  }
}
