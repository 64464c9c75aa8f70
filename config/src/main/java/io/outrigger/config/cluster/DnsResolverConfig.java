package io.outrigger.config.cluster;

import io.outrigger.config.address.Address;
import java.util.List;

/**
 * Whom names are asked of.
 *
 * @param kind SYSTEM tells no TTL
 * @param servers empty: those of resolv.conf
 * @param queryTimeoutMillis of one question to one server
 * @param tries questions in all for one name and family
 */
public record DnsResolverConfig(
    Kind kind,
    List<Address.Ip> servers,
    boolean tcp,
    boolean searchDomains,
    long queryTimeoutMillis,
    int tries) {
  /** What asks. */
  public enum Kind {
    /** The C library's getaddrinfo, by the JDK. */
    SYSTEM,
    /** DNS itself, after the hosts file: envoy.network.dns_resolver.cares. */
    DNS
  }

  public static final DnsResolverConfig SYSTEM =
      new DnsResolverConfig(Kind.SYSTEM, List.of(), false, true, 0, 0);

  public static final DnsResolverConfig DNS =
      new DnsResolverConfig(Kind.DNS, List.of(), false, true, 5000, 4);

  public DnsResolverConfig {
    servers = List.copyOf(servers);
  }
}
