package io.outrigger.proxy.dns;

import java.net.InetAddress;
import java.util.List;

/** Asks DNS for the addresses of a name. */
@FunctionalInterface
public interface DnsResolver {
  /** Starts asking; the answer comes once, on any thread. */
  void resolve(String name, Answer answer);

  /** Takes what DNS said. */
  interface Answer {
    /** All addresses of both IP versions. */
    void onAddresses(List<InetAddress> addresses);

    /** The name isn't known, or nobody could be asked. */
    void onFailure(String reason);
  }
}
