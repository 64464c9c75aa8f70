package io.outrigger.proxy.jwt;

import io.outrigger.config.jwt.Jwk;
import io.outrigger.config.jwt.Jwks;
import io.outrigger.config.jwt.Jwt;
import io.outrigger.config.jwt.JwtAlg;
import io.outrigger.config.jwt.JwtStatus;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/** Checks signatures by the JDK; keeps what is set up for a key. A worker's. */
public final class Signatures {
  /** Keys that come and go by rotation don't pile up. */
  private static final int KEPT = 256;

  private static final int ED25519_LENGTH = 64;

  private final Map<Use, Signature> signatures = new HashMap<>();
  private final Map<Use, Mac> macs = new HashMap<>();

  private record Use(Jwk key, JwtAlg alg) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Use use && key.equals(use.key) && alg == use.alg;
    }

    @Override
    public int hashCode() {
      return key.hashCode() * 31 + alg.ordinal();
    }
  }

  /** Whether one of these keys has signed the token. */
  public JwtStatus check(Jwt token, Jwks keys) {
    boolean matched = false;
    List<Jwk> all = keys.keys();
    for (int i = 0; i < all.size(); i++) {
      Jwk key = all.get(i);
      if (!key.mayBe(token)) {
        continue;
      }
      matched = true;
      // RFC 8725 section 3.1: an algorithm is used only with the kind of key that it is for
      if (!key.kind().equals(token.alg().kind())) {
        continue;
      }
      if (token.alg() == JwtAlg.EdDSA && token.signature().length != ED25519_LENGTH) {
        return JwtStatus.ED25519_WRONG_LENGTH;
      }
      if (isGood(token, key)) {
        return JwtStatus.OK;
      }
    }
    return matched ? JwtStatus.VERIFICATION_FAILS : JwtStatus.NO_KEY_MATCHES;
  }

  private boolean isGood(Jwt token, Jwk key) {
    Use use = new Use(key, token.alg());
    try {
      if (token.alg().kind().equals("oct")) {
        return MessageDigest.isEqual(mac(use).doFinal(token.signed()), token.signature());
      }
      Signature signature = signature(use);
      signature.update(token.signed());
      return signature.verify(token.signature());
    } catch (GeneralSecurityException _) {
      signatures.remove(use); // its state isn't known
      return false;
    }
  }

  private Mac mac(Use use) throws GeneralSecurityException {
    Mac known = macs.get(use);
    if (known == null) {
      known = Mac.getInstance(use.alg.jca());
      known.init(use.key.key());
      if (macs.size() >= KEPT) {
        macs.clear();
      }
      macs.put(use, known);
    }
    return known;
  }

  private Signature signature(Use use) throws GeneralSecurityException {
    Signature known = signatures.get(use);
    if (known == null) {
      known = Signature.getInstance(use.alg.jca());
      String hash = use.alg.pssHash();
      if (!hash.isEmpty()) {
        // RFC 7518 section 3.5: the salt is as long as the hash
        known.setParameter(
            new PSSParameterSpec(
                hash,
                "MGF1",
                new MGF1ParameterSpec(hash),
                Integer.parseInt(hash.substring(4)) / 8,
                PSSParameterSpec.TRAILER_FIELD_BC));
      }
      known.initVerify((PublicKey) use.key.key());
      if (signatures.size() >= KEPT) {
        signatures.clear();
      }
      signatures.put(use, known);
    }
    return known;
  }
}
