package io.outrigger.proxy.filter;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SessionCookieTest {
  private static final long EXPIRES = 1_795_308_233;

  /** What Envoy 1.40 gives for 127.0.0.1:18099 and this time. */
  private static final byte[] ENVOYS =
      HexFormat.of().parseHex("0a0f3132372e302e302e313a313830393910c9f588d806");

  @Test
  void isEnvoysAndHoldsUntilItsTimeIsOver() {
    assertThat(SessionCookie.bytes("127.0.0.1:18099", EXPIRES)).isEqualTo(ENVOYS);
    assertThat(SessionCookie.host(ENVOYS, EXPIRES)).isEqualTo("127.0.0.1:18099");
    assertThat(SessionCookie.host(ENVOYS, EXPIRES + 1)).isNull();
    byte[] lasting = SessionCookie.bytes("127.0.0.1:1", 0);
    assertThat(SessionCookie.host(lasting, Long.MAX_VALUE)).isEqualTo("127.0.0.1:1");
  }

  @Test
  void anAddressAloneIsTakenAndNothingIsNone() {
    assertThat(SessionCookie.host("127.0.0.1:18099".getBytes(US_ASCII), 0))
        .isEqualTo("127.0.0.1:18099");
    assertThat(SessionCookie.host(new byte[0], 0)).isNull();
    assertThat(SessionCookie.host(new byte[] {0x18, 1}, 0)).isNull();
  }
}
