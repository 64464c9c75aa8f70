package io.outrigger.proxy.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The system's resolver ({@link SystemNames}), a virtual thread a question. */
public final class SystemResolver implements DnsResolver {
  @Override
  public void resolve(String name, Answer answer) {
    Thread.ofVirtual()
        .name("outrigger-dns")
        .start(
            () -> {
              List<InetAddress> addresses;
              try {
                addresses = SystemNames.resolve(name);
              } catch (UnknownHostException e) {
                answer.onFailure(String.valueOf(e.getMessage()));
                return;
              }
              answer.onAddresses(addresses);
            });
  }
}
