package io.outrigger.proxy.dns;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.Discovery.LookupFamily;
import io.outrigger.config.cluster.DnsResolverConfig;
import io.outrigger.proxy.worker.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks DNS itself, after the hosts file, and so knows how long an answer holds. On one loop. */
final class DnsClient implements DnsResolver {
  private static final int FAMILIES = 2;

  private final EventLoop loop;
  private final DnsNameResolver resolver;
  private final Ttls ttls = new Ttls();

  @SuppressWarnings("deprecation") // channelFactory: its successor isn't public
  DnsClient(EventLoop loop, Transport transport, DnsResolverConfig config, LookupFamily family) {
    this.loop = loop;
    DnsNameResolverBuilder builder =
        new DnsNameResolverBuilder(loop)
            .channelFactory(transport.datagramChannel())
            .socketChannelFactory(transport.socketChannel(), config.tcp())
            .resolvedAddressTypes(types(family))
            .resolveCache(ttls)
            .cnameCache(NoopDnsCnameCache.INSTANCE)
            .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
            .maxQueriesPerResolve(Math.max(1, config.tries()) * FAMILIES)
            .queryTimeoutMillis(config.queryTimeoutMillis());
    if (!config.searchDomains()) {
      builder.searchDomains(List.of());
    }
    if (!config.servers().isEmpty()) {
      InetSocketAddress[] servers = new InetSocketAddress[config.servers().size()];
      for (int i = 0; i < servers.length; i++) {
        Address.Ip ip = config.servers().get(i);
        servers[i] = new InetSocketAddress(ip.address(), ip.port());
      }
      builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers));
    }
    this.resolver = builder.build();
  }

  private static ResolvedAddressTypes types(LookupFamily family) {
    return switch (family) {
      case V4_ONLY -> ResolvedAddressTypes.IPV4_ONLY;
      case V6_ONLY -> ResolvedAddressTypes.IPV6_ONLY;
      case V4_PREFERRED -> ResolvedAddressTypes.IPV4_PREFERRED;
      case AUTO, ALL -> ResolvedAddressTypes.IPV6_PREFERRED;
    };
  }

  @Override
  public void resolve(String name, Answer answer) {
    if (!loop.inEventLoop()) {
      loop.execute(() -> resolve(name, answer));
      return;
    }
    if (!isName(name)) {
      answer.onFailure("cares_failure:Misformatted domain name");
      return;
    }
    ttls.asked++;
    resolver.resolveAll(name).addListener((Future<List<InetAddress>> done) -> tell(done, answer));
  }

  private void tell(Future<List<InetAddress>> done, Answer answer) {
    Throwable cause = done.cause();
    if (cause == null) {
      List<InetAddress> addresses = done.getNow();
      long ttl = ttls.least(addresses);
      ttls.answered();
      answer.onAddresses(addresses, ttl);
      return;
    }
    ttls.answered();
    DnsResponseCode code = code(cause);
    if (timedOut(cause)) {
      answer.onFailure("cares_failure:Timeout while contacting DNS servers");
    } else if (DnsResponseCode.NXDOMAIN.equals(code)) {
      answer.onNone("cares_norecords:Domain name not found");
    } else if (DnsResponseCode.SERVFAIL.equals(code)) {
      answer.onFailure("cares_failure:DNS server returned general failure");
    } else if (DnsResponseCode.REFUSED.equals(code)) {
      answer.onFailure("cares_failure:DNS server refused query");
    } else if (code == null || DnsResponseCode.NOERROR.equals(code)) {
      answer.onNone("cares_norecords:DNS server returned answer with no data");
    } else {
      answer.onFailure("cares_failure:" + code);
    }
  }

  private static @Nullable DnsResponseCode code(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DnsErrorCauseException error) {
        return error.getCode();
      }
    }
    return null;
  }

  private static boolean timedOut(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DnsNameResolverTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** The letters that c-ares takes in a name, and the colons of an IPv6 address. */
  private static boolean isName(String name) {
    boolean ipv6 = io.netty.util.NetUtil.isValidIpV6Address(name);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "-._/*".indexOf(c) < 0 && !ipv6) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Keeps no answers, but hears of their times to live, by the addresses' identity. */
  private static final class Ttls implements DnsCache {
    private final IdentityHashMap<InetAddress, Long> seconds = new IdentityHashMap<>();
    private int asked;

    /** Milliseconds; -1 where nothing is known, as for what the hosts file says. */
    long least(List<InetAddress> addresses) {
      long least = Long.MAX_VALUE;
      for (InetAddress address : addresses) {
        Long ttl = seconds.get(address);
        if (ttl != null) {
          least = Math.min(least, ttl);
        }
      }
      return least == Long.MAX_VALUE ? -1 : least * 1000;
    }

    void answered() {
      asked--;
      if (asked == 0) {
        seconds.clear();
      }
    }

    @Override
    public void clear() {}

    @Override
    public boolean clear(String hostname) {
      return false;
    }

    @Override
    public @Nullable List<? extends DnsCacheEntry> get(
        String hostname, DnsRecord @Nullable [] additionals) {
      return null;
    }

    @Override
    public DnsCacheEntry cache(
        String hostname,
        DnsRecord @Nullable [] additionals,
        InetAddress address,
        long originalTtl,
        EventLoop on) {
      seconds.put(address, originalTtl);
      return new Entry(address, null);
    }

    @Override
    public DnsCacheEntry cache(
        String hostname, DnsRecord @Nullable [] additionals, Throwable cause, EventLoop on) {
      return new Entry(null, cause);
    }
  }

  private record Entry(@Nullable InetAddress address, @Nullable Throwable cause)
      implements DnsCacheEntry {}
}
