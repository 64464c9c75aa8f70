package io.outrigger.config.match;

import io.outrigger.config.address.IpLiteral;
import io.outrigger.config.compile.Problems;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Compiles CidrRange messages. */
public final class CidrRangeCompiler {
  private CidrRangeCompiler() {}

  /** The ranges of a repeated field. */
  public static List<CidrRange> compileAll(
      List<io.envoyproxy.envoy.config.core.v3.CidrRange> protos, String field, Problems problems) {
    List<CidrRange> ranges = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      ranges.add(compile(protos.get(i), problems.at(field, i)));
    }
    return ranges;
  }

  public static CidrRange compile(
      io.envoyproxy.envoy.config.core.v3.CidrRange proto, Problems problems) {
    InetAddress address = IpLiteral.parse(proto.getAddressPrefix());
    if (address == null) {
      problems.error(
          "address_prefix", "'" + proto.getAddressPrefix() + "' is not an IPv4 or IPv6 address");
      address = InetAddress.getLoopbackAddress();
    }
    int bits = address instanceof Inet4Address ? 32 : 128;
    // An unset prefix_len is 0 (core.v3.CidrRange: "Defaults to 0 when unset").
    int length = proto.hasPrefixLen() ? proto.getPrefixLen().getValue() : 0;
    if (length < 0 || length > 128) {
      problems.error("prefix_len", "is " + length + "; 0 to 128 is allowed");
      length = 0;
    }
    return new CidrRange(address, Math.min(length, bits));
  }
}
