package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.outrigger.config.address.Address;
import io.outrigger.config.address.AddressCompiler;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;

/** Compiles upstream_bind_config. */
final class UpstreamBindCompiler {
  private UpstreamBindCompiler() {}

  static UpstreamBind compile(BindConfig proto, Problems problems) {
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
    return new UpstreamBind(source, proto.getFreebind().getValue(), extra);
  }
}
