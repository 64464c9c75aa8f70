package io.outrigger.config.jwt;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.metadata.JsonStruct;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A set of keys (RFC 7517), in its order; keys that can't be used are left out. */
public record Jwks(List<Jwk> keys) {
  private static final int MOST_KEYS = 1000;
  private static final int LONGEST_MODULUS = 16_384;

  public Jwks {
    keys = List.copyOf(keys);
  }

  /** The usable keys; null: it isn't a JWKS, or none of its keys can be used. */
  public static @Nullable Jwks parse(byte[] json) {
    Struct set = JsonStruct.parse(json);
    Value list = set == null ? null : set.getFieldsMap().get("keys");
    if (list == null || !list.hasListValue()) {
      return null;
    }
    List<Jwk> keys = new ArrayList<>();
    for (Value entry : list.getListValue().getValuesList()) {
      Jwk key =
          entry.hasStructValue() && keys.size() < MOST_KEYS ? key(entry.getStructValue()) : null;
      if (key != null) {
        keys.add(key);
      }
    }
    return keys.isEmpty() ? null : new Jwks(keys);
  }

  private static @Nullable Jwk key(Struct entry) {
    String id = text(entry, "kid");
    String alg = text(entry, "alg");
    String type = text(entry, "kty");
    if (id == null || alg == null || type == null) {
      return null;
    }
    try {
      String kind = type.equals("EC") || type.equals("OKP") ? curve(entry, alg) : type;
      JwtAlg named = JwtAlg.of(alg);
      if (!alg.isEmpty() && (named == null || !named.kind().equals(kind))) {
        return null;
      }
      Key key =
          switch (kind) {
            case "RSA" -> rsa(entry);
            case "oct" -> secret(entry);
            case "P-256" -> elliptic(entry, "secp256r1");
            case "P-384" -> elliptic(entry, "secp384r1");
            case "P-521" -> elliptic(entry, "secp521r1");
            case "Ed25519" -> edwards(entry);
            default -> null;
          };
      return key == null ? null : new Jwk(kind, id, alg, key);
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return null;
    }
  }

  /** An old EC key may tell its curve by its algorithm alone. */
  private static String curve(Struct entry, String alg) {
    String curve = text(entry, "crv");
    if (curve != null && curve.isEmpty()) {
      JwtAlg named = JwtAlg.of(alg);
      return named == null ? "P-256" : named.kind();
    }
    return curve == null ? "" : curve;
  }

  private static @Nullable Key rsa(Struct entry) throws GeneralSecurityException {
    BigInteger modulus = number(entry, "n");
    BigInteger exponent = number(entry, "e");
    return modulus.bitLength() > LONGEST_MODULUS || exponent.bitLength() > 64
        ? null
        : KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
  }

  private static Key elliptic(Struct entry, String curve) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(number(entry, "x"), number(entry, "y")),
                parameters.getParameterSpec(ECParameterSpec.class)));
  }

  /** RFC 8032 section 5.1.2: the y coordinate, lowest byte first, and the sign of x on top. */
  private static @Nullable Key edwards(Struct entry) throws GeneralSecurityException {
    byte[] point = bytes(entry, "x");
    if (point.length != 32) {
      return null;
    }
    boolean odd = point[31] < 0;
    byte[] y = new byte[32];
    for (int i = 0; i < 32; i++) {
      y[i] = point[31 - i];
    }
    y[0] &= 0x7f;
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(
            new EdECPublicKeySpec(
                NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
  }

  private static @Nullable Key secret(Struct entry) {
    byte[] secret = bytes(entry, "k");
    return secret.length == 0 ? null : new SecretKeySpec(secret, "HMAC");
  }

  private static BigInteger number(Struct entry, String name) {
    return new BigInteger(1, bytes(entry, name));
  }

  private static byte[] bytes(Struct entry, String name) {
    String text = text(entry, name);
    return Base64.getUrlDecoder().decode(text == null ? "" : text);
  }

  /** Empty: it isn't there; null: it isn't text. */
  private static @Nullable String text(Struct entry, String name) {
    Value value = entry.getFieldsMap().get(name);
    return value == null ? "" : value.hasStringValue() ? value.getStringValue() : null;
  }
}
