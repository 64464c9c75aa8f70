package io.outrigger.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import io.outrigger.config.cluster.HappyEyeballs;
import io.outrigger.config.cluster.HappyEyeballs.First;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which order a host's addresses are tried. */
class AddressOrderTest {
  @ParameterizedTest
  @CsvSource({
    // addresses, first, count, order
    "1.1.1.1, ANY, 1, ''",
    "1.1.1.1 1.1.1.2, ANY, 1, 1.1.1.1 1.1.1.2",
    "1.1.1.1 1.1.1.2 ::1, ANY, 1, 1.1.1.1 ::1 1.1.1.2",
    "::1 ::2 1.1.1.1 1.1.1.2 ::3, ANY, 1, ::1 1.1.1.1 ::2 1.1.1.2 ::3",
    "::1 ::2 1.1.1.1 1.1.1.2 ::3, ANY, 2, ::1 ::2 1.1.1.1 ::3 1.1.1.2",
    "1.1.1.1 1.1.1.2 ::1, V6, 1, ::1 1.1.1.1 1.1.1.2",
    "1.1.1.1 1.1.1.2, V6, 1, 1.1.1.1 1.1.1.2",
    "::1 1.1.1.1 1.1.1.2, V4, 5, 1.1.1.1 1.1.1.2 ::1",
    "/path 1.1.1.1 ::1, ANY, 1, /path 1.1.1.1 ::1",
    "1.1.1.1 /path 1.1.1.2, ANY, 1, 1.1.1.1 /path 1.1.1.2",
  })
  void everyFamilyHasItsTurn(String addresses, First first, int count, String order) {
    List<SocketAddress> all = new ArrayList<>();
    for (String address : addresses.split(" ", -1)) {
      all.add(
          address.startsWith("/")
              ? new DomainSocketAddress(address)
              : new InetSocketAddress(address, 80));
    }
    assertThat(
            AddressOrder.of(all, new HappyEyeballs(first, count)).stream()
                .map(AddressOrderTest::text)
                .collect(Collectors.joining(" ")))
        .isEqualTo(order);
  }

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress ip
        ? NetUtil.toAddressString(ip.getAddress())
        : ((DomainSocketAddress) address).path();
  }
}
