package io.outrigger.proxy.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.jwt.Jwks;
import io.outrigger.config.jwt.Jwt;
import io.outrigger.config.jwt.JwtStatus;
import io.outrigger.testkit.TestTokens;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens as nobody should send them, and what becomes of them; and good ones of every kind. */
class HostileTokensTest {
  private static final String CLAIMS = "{\"iss\":\"i\",\"exp\":4000000000}";
  private static final Signatures SIGNATURES = new Signatures();

  static Stream<Arguments> tokens() {
    String all = "rsa rsa2 ec256 ec384 ec521 ed oct";
    String good = TestTokens.of("i", "");
    int dot = good.lastIndexOf('.');
    return Stream.of(
        of(all, JwtStatus.OK, good),
        of(all, JwtStatus.OK, signed("rsa", "PS384")),
        of(all, JwtStatus.OK, signed("ec384", "ES384")),
        of(all, JwtStatus.OK, signed("ed", "EdDSA")),
        of(all, JwtStatus.OK, signed("oct", "HS512")),
        // without kid, every key of its kind is tried
        of("rsa rsa2:bare", JwtStatus.OK, TestTokens.token("rsa2", "{\"alg\":\"RS256\"}", CLAIMS)),
        of("rsa rsa2", JwtStatus.VERIFICATION_FAILS, token("rsa3", "{\"alg\":\"RS256\"}")),
        of("rsa", JwtStatus.NO_KEY_MATCHES, token("rsa", "{\"alg\":\"RS256\",\"kid\":\"x\"}")),
        of("rsa2", JwtStatus.NO_KEY_MATCHES, good),
        // none, and a public key's bytes as a secret
        of(all, JwtStatus.HEADER_UNKNOWN_ALG, token("rsa", "{\"alg\":\"none\"}") + "AA"),
        of(all, JwtStatus.BAD_FORMAT, token("rsa", "{\"alg\":\"none\"}")),
        of("rsa", JwtStatus.VERIFICATION_FAILS, token("rsa", "{\"alg\":\"HS256\"}")),
        of("rsa:bare", JwtStatus.VERIFICATION_FAILS, token("rsa", "{\"alg\":\"HS256\"}")),
        // an algorithm with a key that is for another
        of("ec384:bare", JwtStatus.VERIFICATION_FAILS, signed("ec384", "ES256")),
        of("oct:bare", JwtStatus.VERIFICATION_FAILS, good),
        // all but the signature, cut and changed
        of(all, JwtStatus.BAD_FORMAT, good.substring(0, dot + 1)),
        of(all, JwtStatus.VERIFICATION_FAILS, good.substring(0, good.length() - 8)),
        of(all, JwtStatus.VERIFICATION_FAILS, good.substring(0, dot + 1) + "AAAA"),
        of(all, JwtStatus.SIGNATURE_BAD_BASE64, good.substring(0, dot + 1) + "*"),
        of("ed", JwtStatus.ED25519_WRONG_LENGTH, signed("ed", "EdDSA").replaceAll("....$", "")),
        of("ec256", JwtStatus.VERIFICATION_FAILS, signed("ec256", "ES256").replaceAll("....$", "")),
        of(
            "ec256",
            JwtStatus.VERIFICATION_FAILS,
            signed("ec256", "ES256").replaceAll("[^.]*$", "A".repeat(86))),
        // form
        of(all, JwtStatus.BAD_FORMAT, ""),
        of(all, JwtStatus.BAD_FORMAT, "..."),
        of(all, JwtStatus.BAD_FORMAT, good + ".x"),
        of(all, JwtStatus.HEADER_BAD_BASE64, "\0" + good),
        of(all, JwtStatus.HEADER_BAD_BASE64, "e+3/." + good.substring(good.indexOf('.') + 1)),
        of(all, JwtStatus.HEADER_BAD_JSON, token("rsa", "{\"alg\":\"RS256\",\"alg\":\"none\"}")),
        of(all, JwtStatus.HEADER_BAD_ALG, token("rsa", "{\"alg\":[\"RS256\"]}")),
        of(all, JwtStatus.HEADER_BAD_KID, token("rsa", "{\"alg\":\"RS256\",\"kid\":{}}")),
        of(all, JwtStatus.PAYLOAD_BAD_JSON, claims("{\"iss\":\"i\",\"iss\":\"j\"}")),
        of(all, JwtStatus.PAYLOAD_BAD_JSON, claims("{\"a\":" + "[".repeat(100_000))),
        of(all, JwtStatus.OK, claims("{\"a\":\"" + "x".repeat(500_000) + "\"}")),
        of(all, JwtStatus.OK, claims("{\"sub\":\"a\\u0000b\"}")),
        of(all, JwtStatus.EXP_OUT_OF_RANGE, claims("{\"exp\":1e300}")),
        of(all, JwtStatus.EXP_NOT_INTEGER, claims("{\"exp\":\"4000000000\"}")),
        of(all, JwtStatus.AUD_NOT_STRINGS, claims("{\"aud\":{\"a\":1}}")));
  }

  private static Arguments of(String keys, JwtStatus expected, String token) {
    return Arguments.of(keys, expected, token);
  }

  private static String signed(String key, String alg) {
    return token(key, "{\"alg\":\"" + alg + "\",\"kid\":\"" + key + "\"}");
  }

  private static String token(String key, String header) {
    return TestTokens.token(key, header, CLAIMS);
  }

  private static String claims(String claims) {
    return TestTokens.token("rsa", "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", claims);
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void endAsTheyShould(String keys, JwtStatus expected, String token) {
    Jwks jwks =
        Objects.requireNonNull(
            Jwks.parse(TestTokens.jwks(keys.split(" ", -1)).getBytes(StandardCharsets.UTF_8)));
    Jwt jwt = Jwt.parse(token);
    JwtStatus status = jwt.status() == JwtStatus.OK ? SIGNATURES.check(jwt, jwks) : jwt.status();
    assertThat(status).isEqualTo(expected);
  }
}
