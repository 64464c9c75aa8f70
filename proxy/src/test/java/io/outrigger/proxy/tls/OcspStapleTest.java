package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.testkit.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** OCSP responses as operators configure them, good and bad. */
class OcspStapleTest {
  private static final TestCa CA = new TestCa("ocsp");
  private static final TestCa.Leaf LEAF = CA.leaf("DNS:a.example");
  private static final Instant UNTIL =
      Instant.now().plusSeconds(90).truncatedTo(ChronoUnit.SECONDS);

  @Test
  void itsEndIsKnown() throws Exception {
    OcspStaple read = OcspStaple.read(CA.ocspResponse(LEAF, UNTIL), LEAF.certificate());
    assertThat(read.until()).isEqualTo(UNTIL.toEpochMilli());
    assertThat(read.isFresh(UNTIL.minus(Duration.ofSeconds(1)).toEpochMilli())).isTrue();
    assertThat(read.isFresh(UNTIL.toEpochMilli())).isFalse();
  }

  @Test
  void withoutAnEndItIsNeverFresh() throws Exception {
    OcspStaple read = OcspStaple.read(CA.ocspResponse(LEAF, null), LEAF.certificate());
    assertThat(read.isFresh(0)).isFalse();
  }

  @Test
  void itIsOfTheCertificate() {
    byte[] other = CA.ocspResponse(CA.leaf("DNS:b.example"), UNTIL);
    refused(other, "OCSP response does not match its TLS certificate");
  }

  @Test
  void aFailureOfTheAuthorityIsNone() {
    refused(new byte[] {0x30, 3, 0x0a, 1, 6}, "OCSP response was unsuccessful");
  }

  @Test
  void whatIsCutOffOrChangedIsRefusedInWords() {
    byte[] good = CA.ocspResponse(LEAF, UNTIL);
    for (int length = 0; length < good.length; length++) {
      refused(Arrays.copyOf(good, length), "");
    }
    for (int at = 0; at < good.length; at++) {
      byte[] changed = good.clone();
      changed[at] ^= (byte) 0x85;
      try {
        OcspStaple.read(changed, LEAF.certificate());
      } catch (TlsException told) {
        assertThat(told).hasMessageContaining("ocsp_staple");
      }
    }
  }

  private static void refused(byte[] response, String why) {
    assertThatThrownBy(() -> OcspStaple.read(response, LEAF.certificate()))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("ocsp_staple")
        .hasMessageContaining(why);
  }
}
