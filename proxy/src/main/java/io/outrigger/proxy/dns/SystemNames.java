package io.outrigger.proxy.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;

/**
 * Names by the system's resolver (nsswitch, hosts file, DNS), each time anew: the JDK would keep
 * addresses for 30 s and failures for 10, and clusters have refresh rates of their own. It reads
 * once how long, at the first look-up of a process, so every look-up goes through here; not at
 * start, for the properties load the security providers, which takes milliseconds.
 */
public final class SystemNames {
  static {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  private SystemNames() {}

  /**
   * The addresses of a name, or the one that a literal says; blocks.
   *
   * @throws UnknownHostException if there is none, or nobody can be asked
   */
  public static List<InetAddress> resolve(String name) throws UnknownHostException {
    return List.of(InetAddress.getAllByName(name));
  }
}
