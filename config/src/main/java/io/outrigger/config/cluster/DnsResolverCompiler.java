package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.core.v3.DnsResolverOptions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig;
import io.outrigger.config.address.Address;
import io.outrigger.config.address.AddressCompiler;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import java.util.ArrayList;
import java.util.List;

/** Compiles typed_dns_resolver_config and the fields that it came after. */
final class DnsResolverCompiler {
  private static final long DEFAULT_TIMEOUT_SECONDS = 5;
  private static final int DEFAULT_TRIES = 4;

  private DnsResolverCompiler() {}

  /** The extension's; {@code otherwise} where it says nothing of whom to ask. */
  static DnsResolverConfig compile(
      TypedExtensionConfig proto, DnsResolverConfig otherwise, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    return switch (extension.type()) {
      case "envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig" -> {
        CaresDnsResolverConfig cares = extension.parse(CaresDnsResolverConfig.parser(), here);
        yield cares == null ? otherwise : cares(cares, here);
      }
      case "envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig" ->
          DnsResolverConfig.SYSTEM;
      default -> {
        here.error(
            "'"
                + extension.type()
                + "' is not supported; CaresDnsResolverConfig and GetAddrInfoDnsResolverConfig"
                + " are");
        yield otherwise;
      }
    };
  }

  private static DnsResolverConfig cares(CaresDnsResolverConfig proto, Problems problems) {
    if (proto.getUseResolversAsFallback()) {
      problems.ignored("use_resolvers_as_fallback");
    }
    if (proto.getFilterUnroutableFamilies()) {
      problems.ignored("filter_unroutable_families");
    }
    if (proto.getRotateNameservers()) {
      problems.ignored("rotate_nameservers");
    }
    if (proto.hasUdpMaxQueries()) {
      problems.ignored("udp_max_queries");
    }
    return of(
        proto.getResolversList(),
        "resolvers",
        proto.getDnsResolverOptions(),
        proto.hasQueryTimeoutSeconds()
            ? Math.clamp(proto.getQueryTimeoutSeconds().getValue(), 1, 3600)
            : DEFAULT_TIMEOUT_SECONDS,
        Unsigned.orElse(proto.hasQueryTries(), proto.getQueryTries(), DEFAULT_TRIES),
        problems);
  }

  /** As DnsResolutionConfig and the fields before it have it. */
  static DnsResolverConfig of(
      List<io.envoyproxy.envoy.config.core.v3.Address> servers,
      String field,
      DnsResolverOptions options,
      Problems problems) {
    return of(servers, field, options, DEFAULT_TIMEOUT_SECONDS, DEFAULT_TRIES, problems);
  }

  private static DnsResolverConfig of(
      List<io.envoyproxy.envoy.config.core.v3.Address> servers,
      String field,
      DnsResolverOptions options,
      long timeoutSeconds,
      int tries,
      Problems problems) {
    List<Address.Ip> addresses = new ArrayList<>(servers.size());
    for (int i = 0; i < servers.size(); i++) {
      Problems here = problems.at(field, i);
      Address address = AddressCompiler.compile(servers.get(i), false, here);
      if (address instanceof Address.Ip ip) {
        addresses.add(ip.port() == 0 ? new Address.Ip(ip.address(), 53) : ip);
      } else if (!(address instanceof Address.Name)) {
        here.error("is '" + address + "'; a DNS server has an IP address and a port");
      }
    }
    return new DnsResolverConfig(
        DnsResolverConfig.Kind.DNS,
        addresses,
        options.getUseTcpForDnsLookups(),
        !options.getNoDefaultSearchDomain(),
        timeoutSeconds * 1000,
        tries);
  }
}
