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
    /**
     * All addresses, of both IP versions where both were asked for.
     *
     * @param ttlMillis how long the answer holds; -1: that isn't known
     */
    void onAddresses(List<InetAddress> addresses, long ttlMillis);

    /** Addresses for a time that isn't known. */
    default void onAddresses(List<InetAddress> addresses) {
      onAddresses(addresses, -1);
    }

    /** The name has no addresses, or isn't there; DNS did answer. */
    default void onNone(String reason) {
      onFailure(reason);
    }

    /** Nobody could be asked, or what was asked couldn't answer. */
    void onFailure(String reason);
  }
}
