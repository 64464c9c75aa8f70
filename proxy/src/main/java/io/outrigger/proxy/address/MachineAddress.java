package io.outrigger.proxy.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** This machine's first IPv4 address that isn't a loopback's; found once, when first asked for. */
public final class MachineAddress {
  private static final String TEXT = find();

  private MachineAddress() {}

  /** Stands in for loopback peers in X-Forwarded-For. {@code 127.0.0.1} where there is no other. */
  public static String text() {
    return TEXT;
  }

  private static String find() {
    try {
      // in the system's order, which is Envoy's; Java has its own
      List<NetworkInterface> faces = Collections.list(NetworkInterface.getNetworkInterfaces());
      faces.sort(Comparator.comparingInt(NetworkInterface::getIndex));
      for (NetworkInterface face : faces) {
        for (InetAddress address : Collections.list(face.getInetAddresses())) {
          if (!address.isLoopbackAddress()
              && !address.isLinkLocalAddress()
              && !(address instanceof Inet6Address)) {
            return address.getHostAddress();
          }
        }
      }
    } catch (SocketException noInterfaces) {
      return "127.0.0.1";
    }
    return "127.0.0.1";
  }
}
