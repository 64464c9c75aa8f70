package io.outrigger.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTokensTest {
  @TempDir Path directory;
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final InstantSource clock = () -> now;
  private ServiceTokens tokens;

  @BeforeEach
  void open() throws Exception {
    tokens = ServiceTokens.open(directory, clock);
  }

  private String refusal(@Nullable String authorization) {
    TokenVerdict verdict = tokens.verify(authorization);
    assertThat(verdict).isInstanceOf(TokenVerdict.Refused.class);
    return ((TokenVerdict.Refused) verdict).reason();
  }

  @Test
  void aTokenNamesItsServiceAccountAfterARestartToo() throws Exception {
    String token = tokens.issue("shop", "reviews", Duration.ofHours(1));
    TokenVerdict.Accepted expected =
        new TokenVerdict.Accepted("shop", "reviews", now.plus(Duration.ofHours(1)));
    assertThat(tokens.verify("Bearer " + token)).isEqualTo(expected);
    assertThat(ServiceTokens.open(directory, clock).verify("bearer " + token)).isEqualTo(expected);
    assertThat(expected.id("cluster.local").uri())
        .isEqualTo("spiffe://cluster.local/ns/shop/sa/reviews");
  }

  @Test
  void anExpiredTokenIsRefused() {
    String token = tokens.issue("shop", "reviews", Duration.ofHours(1));
    now = now.plus(Duration.ofHours(1));
    assertThat(refusal("Bearer " + token)).contains("expired at 2026-03-01T13:00:00Z");
    now = now.minus(Duration.ofHours(2));
    assertThat(refusal("Bearer " + token)).contains("compare the clocks");
  }

  @Test
  void aTokenForAnotherAudienceIsRefused() {
    String token = tokens.issue("shop", "reviews", "vault", Duration.ofHours(1), false);
    assertThat(refusal("Bearer " + token)).contains("for vault, not for istio-ca");
  }

  @Test
  void aTokenOfAnotherControlPlaneIsRefused(@TempDir Path elsewhere) throws Exception {
    ServiceTokens other = ServiceTokens.open(elsewhere, clock);
    assertThat(refusal("Bearer " + other.issue("shop", "reviews", Duration.ofHours(1))))
        .contains("wasn't issued by this control plane");
  }

  @Test
  void aChangedTokenIsRefused() {
    String token = tokens.issue("shop", "reviews", Duration.ofHours(1));
    String[] parts = token.split("\\.", -1);
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]));
    String forged =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.replace("reviews", "payment").getBytes());
    assertThat(refusal("Bearer " + parts[0] + "." + forged + "." + parts[2]))
        .contains("signature is wrong");
    String none =
        Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes());
    assertThat(refusal("Bearer " + none + "." + forged + ".")).contains("wasn't issued by");
    for (int i = 0; i < token.length(); i++) {
      char changed = token.charAt(i) == 'A' ? 'g' : 'A';
      String broken = token.substring(0, i) + changed + token.substring(i + 1);
      TokenVerdict verdict = tokens.verify("Bearer " + broken);
      if (i < token.length() - 1) { // the last character has bits that mean nothing
        assertThat(verdict).as("at %d", i).isInstanceOf(TokenVerdict.Refused.class);
      }
    }
  }

  @Test
  void whatIsNoTokenIsRefused() {
    assertThat(refusal(null)).contains("there is no token");
    assertThat(refusal("  ")).contains("there is no token");
    assertThat(refusal("Basic abc")).contains("Bearer");
    assertThat(refusal("Bearer abc")).contains("three parts");
    assertThat(refusal("Bearer a.b.c")).contains("wasn't issued by");
    assertThat(refusal("Bearer " + "a.".repeat(9000))).contains("three parts");
  }

  @Test
  void aOneTimeTokenIsGoodOnce() {
    String token = tokens.issueOnce("shop", "reviews", Duration.ofHours(1));
    assertThat(tokens.verify("Bearer " + token)).isInstanceOf(TokenVerdict.Accepted.class);
    assertThat(refusal("Bearer " + token)).contains("one certificate only");
  }
}
