package io.outrigger.proxy.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.DomainSocketAddress;
import io.outrigger.config.address.Address;
import io.outrigger.config.address.IpText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressesTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1:80",
    "0:0:0:0:0:0:0:0, [::]:80",
    "0:0:0:0:0:0:0:1, [::1]:80",
    "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:80",
    "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:80",
    "1:0:0:2:0:0:0:3, [1:0:0:2::3]:80",
    "fe80:0:0:0:0:0:0:0, [fe80::]:80",
    "::ffff:192.0.2.1, 192.0.2.1:80",
  })
  void textIsTheShortestOne(String literal, String expected) {
    InetAddress ip = InetAddress.ofLiteral(literal);
    String text = SocketAddresses.text(new InetSocketAddress(ip, 80));
    assertThat(text).isEqualTo(expected);
    assertThat(SocketAddresses.parse(text)).isEqualTo(new InetSocketAddress(ip, 80));
    assertThat(SocketAddresses.withoutPort(text)).isEqualTo(IpText.of(ip));
    assertThat(SocketAddresses.host(new InetSocketAddress(ip, 80))).isEqualTo(IpText.of(ip));
  }

  @Test
  void aScopeIsNotPartOfAnAddress() throws UnknownHostException {
    byte[] bytes = InetAddress.ofLiteral("fe80::1").getAddress();
    InetAddress scoped = Inet6Address.getByAddress(null, bytes, 1);
    assertThat(scoped.getHostAddress()).contains("%");
    assertThat(SocketAddresses.text(new InetSocketAddress(scoped, 1))).isEqualTo("[fe80::1]:1");
  }

  @Test
  void unixSocketsAreTheirPaths() {
    assertThat(SocketAddresses.text(new DomainSocketAddress("/run/a.sock")))
        .isEqualTo("/run/a.sock");
    var named = SocketAddresses.of(new Address.Pipe("@a", 0));
    assertThat(named).isEqualTo(new DomainSocketAddress("\0a"));
    assertThat(SocketAddresses.text(named)).isEqualTo("@a");
    assertThat(SocketAddresses.host(named)).isEmpty();
    assertThat(SocketAddresses.ip(named)).isNull();
    assertThat(SocketAddresses.port(named)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "''",
        "1.2.3.4",
        ":80",
        "1.2.3.4:",
        "1.2.3.4:65536",
        "1.2.3.4:-1",
        "localhost:80",
        "[::1:80",
        "127.1:80",
        "1234:80",
        "[fe80::1%1]:80"
      })
  void whatIsNoAddressIsNull(String text) {
    assertThat(SocketAddresses.parse(text)).isNull();
  }
}
