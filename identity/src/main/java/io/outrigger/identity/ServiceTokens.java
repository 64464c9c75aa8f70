package io.outrigger.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Issues and verifies the tokens by which a sidecar proves its service account to our own control
 * plane: compact JWS with ES256 (RFC 7515), under a key in a directory. Any thread.
 */
public final class ServiceTokens implements TokenVerifier {
  /** The audience that Istio's projected tokens have. */
  public static final String DEFAULT_AUDIENCE = "istio-ca";

  static final String KEY = "token-key.pem";

  /** R and S side by side, as RFC 7518, 3.4 wants them. */
  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

  private static final Duration SKEW = Duration.ofMinutes(1);
  private static final int MAX_CHARS = 8192;
  private static final String BEARER = "Bearer ";

  private final KeyPair keys;
  private final String header;
  private final String audience;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  private final UsedTokens used;

  private ServiceTokens(KeyPair keys, UsedTokens used, String audience, InstantSource clock) {
    this.keys = keys;
    this.used = used;
    this.audience = audience;
    this.clock = clock;
    this.header =
        base64("{\"alg\":\"ES256\",\"kid\":\"" + keyId(keys.getPublic()) + "\",\"typ\":\"JWT\"}");
  }

  /**
   * Opens the tokens' key in {@code token-key.pem} of a directory, and makes it on first use.
   *
   * @throws IOException if it can't be read or written; says why
   */
  public static ServiceTokens open(Path directory, InstantSource clock) throws IOException {
    Path file = directory.resolve(KEY);
    KeyPair keys =
        KeyFiles.locked(
            directory,
            () -> {
              if (!Files.exists(file)) {
                KeyPair made = KeyPairs.ecP256();
                KeyFiles.writePrivate(
                    file, Pem.privateKey(made.getPrivate()) + Pem.publicKey(made.getPublic()));
                return made;
              }
              try {
                String text = Files.readString(file);
                return new KeyPair(Pem.readPublicKey(text), Pem.readPrivateKey(text));
              } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
              }
            });
    return new ServiceTokens(keys, new UsedTokens(directory), DEFAULT_AUDIENCE, clock);
  }

  /** A token that is good for as many certificates as are asked for until it expires. */
  public String issue(String namespace, String serviceAccount, Duration ttl) {
    return issue(namespace, serviceAccount, audience, ttl, false);
  }

  /** A token that is good for one certificate; it is renewed with that certificate. */
  public String issueOnce(String namespace, String serviceAccount, Duration ttl) {
    return issue(namespace, serviceAccount, audience, ttl, true);
  }

  String issue(String namespace, String account, String forAudience, Duration ttl, boolean once) {
    var _ = new SpiffeId("check", namespace, account);
    Instant now = clock.instant();
    byte[] id = new byte[16];
    random.nextBytes(id);
    TokenClaims claims =
        new TokenClaims(
            TokenClaims.SUBJECT_PREFIX + namespace + ":" + account,
            forAudience,
            now,
            now.plus(ttl),
            HexFormat.of().formatHex(id),
            once);
    String signed = header + "." + base64(claims.json());
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(keys.getPrivate());
      signature.update(Pem.utf8(signed));
      return signed
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("can't sign a token: " + e.getMessage(), e);
    }
  }

  @Override
  public TokenVerdict verify(@Nullable String authorization) {
    if (authorization == null || authorization.isBlank()) {
      return refused("there is no token: send it as \"authorization: Bearer TOKEN\"");
    }
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return refused("the authorization header doesn't begin with \"Bearer \"");
    }
    String token = authorization.substring(BEARER.length()).trim();
    int dot = token.indexOf('.');
    int lastDot = token.lastIndexOf('.');
    if (token.length() > MAX_CHARS || dot < 0 || dot == lastDot) {
      return refused("the token isn't a compact JWS of three parts");
    }
    // The one header that we write: so there is no algorithm to choose for whoever made this one.
    if (!token.substring(0, dot).equals(header)) {
      return refused("the token wasn't issued by this control plane");
    }
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(keys.getPublic());
      signature.update(token.substring(0, lastDot).getBytes(StandardCharsets.UTF_8));
      if (!signature.verify(Base64.getUrlDecoder().decode(token.substring(lastDot + 1)))) {
        return refused("the token's signature is wrong");
      }
      byte[] claims = Base64.getUrlDecoder().decode(token.substring(dot + 1, lastDot));
      return judge(TokenClaims.parse(new String(claims, StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return refused("the token's signature is wrong");
    }
  }

  private TokenVerdict judge(TokenClaims claims) {
    Instant now = clock.instant();
    if (!now.isBefore(claims.expires())) {
      return refused("the token expired at " + claims.expires() + "; issue a new one");
    }
    if (claims.issued().isAfter(now.plus(SKEW))) {
      return refused("the token is of the future: " + claims.issued() + "; compare the clocks");
    }
    if (!claims.audience().equals(audience)) {
      return refused("the token is for " + claims.audience() + ", not for " + audience);
    }
    String[] names = claims.subject().split(":", -1);
    if (!claims.subject().startsWith(TokenClaims.SUBJECT_PREFIX) || names.length != 4) {
      return refused("the token's subject isn't a service account: " + claims.subject());
    }
    try {
      if (claims.once() && !used.use(claims.id(), claims.expires(), now)) {
        return refused("the token is good for one certificate only, and was used");
      }
    } catch (IOException | NumberFormatException e) {
      return new TokenVerdict.Unavailable("it can't be noted that the token was used: " + e);
    }
    return new TokenVerdict.Accepted(names[2], names[3], claims.expires());
  }

  /**
   * Whose a token says it is, for its bearer; nothing of it is proved.
   *
   * @throws IllegalArgumentException if it isn't a token of ours
   */
  public static SpiffeId claimed(String token, String trustDomain) {
    int dot = token.indexOf('.');
    int lastDot = token.lastIndexOf('.');
    if (dot < 0 || dot == lastDot) {
      throw new IllegalArgumentException("it isn't a compact JWS of three parts");
    }
    byte[] json = Base64.getUrlDecoder().decode(token.substring(dot + 1, lastDot));
    String subject = TokenClaims.parse(new String(json, StandardCharsets.UTF_8)).subject();
    String[] names = subject.split(":", -1);
    if (names.length != 4) {
      throw new IllegalArgumentException("its subject isn't a service account: " + subject);
    }
    return new SpiffeId(trustDomain, names[2], names[3]);
  }

  private static TokenVerdict refused(String reason) {
    return new TokenVerdict.Refused(reason);
  }

  private static String base64(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String keyId(PublicKey key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
