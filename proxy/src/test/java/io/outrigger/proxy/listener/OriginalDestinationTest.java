package io.outrigger.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.address.SocketAddresses;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OriginalDestinationTest {
  @Test
  void readsTheKernelsAddresses() throws Exception {
    byte[] four = {2, 0, 0x1f, (byte) 0x90, 10, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0};
    assertThat(SocketAddresses.text(OriginalDestination.parse(ByteBuffer.wrap(four), false)))
        .isEqualTo("10.1.2.3:8080");
    byte[] six = new byte[28];
    six[0] = 10;
    six[3] = 80;
    six[8] = 0x20;
    six[9] = 1;
    six[23] = 7;
    assertThat(SocketAddresses.text(OriginalDestination.parse(ByteBuffer.wrap(six), true)))
        .isEqualTo("[2001::7]:80");
  }
}
