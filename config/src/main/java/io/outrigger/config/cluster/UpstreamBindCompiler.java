package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.outrigger.config.address.Address;
import io.outrigger.config.address.AddressCompiler;
import io.outrigger.config.compile.Problems;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;

/** Compiles upstream_bind_config. */
public final class UpstreamBindCompiler {
  private UpstreamBindCompiler() {}

  public static UpstreamBind compile(BindConfig proto, Problems problems) {
    if (proto.getSocketOptionsCount() > 0) {
      problems.ignored("socket_options");
    }
    if (proto.hasLocalAddressSelector()) {
      problems.unsupported("local_address_selector");
    }
    Address.Ip source = null;
    if (proto.hasSourceAddress()
        && AddressCompiler.socket(proto.getSourceAddress(), false, problems.at("source_address"))
            instanceof Address.Ip ip) {
      source = ip;
    }
    List<Address.Ip> extra = new ArrayList<>();
    for (int i = 0; i < proto.getExtraSourceAddressesCount(); i++) {
      Problems here = problems.at("extra_source_addresses", i).at("address");
      if (AddressCompiler.socket(proto.getExtraSourceAddresses(i).getAddress(), false, here)
          instanceof Address.Ip ip) {
        extra.add(ip);
      }
    }
    if (!extra.isEmpty() && !proto.hasSourceAddress()) {
      problems.error("extra_source_addresses", "cannot be specified if source_address is not set");
    } else if (extra.size() > 1
        || (source != null && !extra.isEmpty() && sameVersion(source, extra.getFirst()))) {
      problems.error(
          "extra_source_addresses",
          "has two same IP version source addresses; one of each version is allowed");
    }
    return new UpstreamBind(source, proto.getFreebind().getValue(), extra);
  }

  private static boolean sameVersion(Address.Ip one, Address.Ip other) {
    return one.address() instanceof Inet4Address == other.address() instanceof Inet4Address;
  }
}
