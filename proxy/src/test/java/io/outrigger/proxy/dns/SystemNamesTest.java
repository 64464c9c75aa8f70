package io.outrigger.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import org.junit.jupiter.api.Test;

final class SystemNamesTest {
  @Test
  void findsLiteralsAndLocalNames() throws Exception {
    assertThat(SystemNames.resolve("192.0.2.7"))
        .containsExactly(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 7}));
    assertThat(SystemNames.resolve("localhost")).allMatch(InetAddress::isLoopbackAddress);
    assertThatThrownBy(() -> SystemNames.resolve("nowhere.invalid"))
        .isInstanceOf(UnknownHostException.class);
  }

  /** The JDK would keep failures for ten seconds, whatever a cluster's refresh rates are. */
  @Test
  void keepsNothing() throws Exception {
    SystemNames.resolve("127.0.0.1");
    assertThat(Security.getProperty("networkaddress.cache.ttl")).isEqualTo("0");
    assertThat(Security.getProperty("networkaddress.cache.negative.ttl")).isEqualTo("0");
  }
}
