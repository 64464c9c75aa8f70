package io.outrigger.proxy.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;

/** The system's resolver (nsswitch, hosts file, DNS), a virtual thread a question. */
public final class SystemResolver implements DnsResolver {
  /** A resolver; the JDK's own cache is switched off, for clusters have refresh rates. */
  public SystemResolver() {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
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
