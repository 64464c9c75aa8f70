package io.outrigger.config.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "a.com, a.com",
    "a.com:80, a.com",
    "a.com:, a.com:",
    "'[::1]:80', '[::1]'",
    "'[::1]', '[::1]'",
    "'::1', '::1'",
    "':80', ''",
    "80, 80",
    "'', ''",
  })
  void cutsThePort(String authority, String host) {
    byte[] data = ("12" + authority).getBytes(StandardCharsets.ISO_8859_1);
    int length = HostPort.withoutPort(data, 2, authority.length());
    assertThat(authority.substring(0, length)).isEqualTo(host);
  }
}
