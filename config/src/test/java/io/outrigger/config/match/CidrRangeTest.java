package io.outrigger.config.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0, 8, 10.255.0.1, true",
    "10.0.0.0, 8, 11.0.0.1, false",
    "10.1.2.3, 32, 10.1.2.3, true",
    "10.1.2.3, 32, 10.1.2.2, false",
    "10.1.2.4, 30, 10.1.2.7, true",
    "10.1.2.4, 30, 10.1.2.8, false",
    "0.0.0.0, 0, 1.2.3.4, true",
    "0.0.0.0, 0, ::1, false",
    "::, 0, 1.2.3.4, false",
    "fd00::, 8, fd12::1, true",
    "fd00::, 9, fd80::1, false",
    "::1, 128, ::1, true",
  })
  void contains(String prefix, int length, String address, boolean expected) {
    CidrRange range = new CidrRange(InetAddress.ofLiteral(prefix), length);
    assertThat(range.contains(InetAddress.ofLiteral(address))).isEqualTo(expected);
  }

  @Test
  void clearsTheBitsAfterThePrefix() {
    assertThat(new CidrRange(InetAddress.ofLiteral("10.1.2.3"), 8))
        .isEqualTo(new CidrRange(InetAddress.ofLiteral("10.0.0.0"), 8))
        .hasToString("10.0.0.0/8");
  }

  @Test
  void holdsNoUnknownAddress() {
    assertThat(new CidrRange(InetAddress.ofLiteral("0.0.0.0"), 0).contains(null)).isFalse();
  }
}
