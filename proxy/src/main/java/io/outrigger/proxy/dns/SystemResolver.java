package io.outrigger.proxy.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The system's resolver (nsswitch, hosts file, DNS), a virtual thread a question. */
public final class SystemResolver implements DnsResolver {
  /**
   * A resolver; the JDK's own cache is switched off, for clusters have refresh rates. These names
   * are read where the security properties of the same purpose aren't set, and to set those would
   * load the security providers at each start.
   */
  public SystemResolver() {
    System.setProperty("sun.net.inetaddr.ttl", "0");
    System.setProperty("sun.net.inetaddr.negative.ttl", "0");
  }

  @Override
  public void resolve(String name, Answer answer) {
    Thread.ofVirtual()
        .name("outrigger-dns")
        .start(
            () -> {
              List<InetAddress> addresses;
              try {
                addresses = List.of(InetAddress.getAllByName(name));
              } catch (UnknownHostException e) {
                answer.onFailure(String.valueOf(e.getMessage()));
                return;
              }
              answer.onAddresses(addresses);
            });
  }
}
