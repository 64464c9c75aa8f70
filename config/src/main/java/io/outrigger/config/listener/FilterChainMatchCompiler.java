package io.outrigger.config.listener;

import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.listener.FilterChainMatch.SourceType;
import io.outrigger.config.match.CidrRangeCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compiles FilterChainMatch messages. */
final class FilterChainMatchCompiler {
  private FilterChainMatchCompiler() {}

  static FilterChainMatch compile(
      io.envoyproxy.envoy.config.listener.v3.FilterChainMatch proto, Problems problems) {
    if (!proto.getAddressSuffix().isEmpty() || proto.hasSuffixLen()) {
      problems.error("address_suffix", "contains unimplemented fields: it has no effect in Envoy");
    }
    return new FilterChainMatch(
        Unsigned.within(
            proto.hasDestinationPort(),
            proto.getDestinationPort(),
            0,
            1,
            65_535,
            problems.at("destination_port")),
        CidrRangeCompiler.compileAll(proto.getPrefixRangesList(), "prefix_ranges", problems),
        serverNames(proto.getServerNamesList(), problems),
        proto.getTransportProtocol(),
        proto.getApplicationProtocolsList(),
        CidrRangeCompiler.compileAll(
            proto.getDirectSourcePrefixRangesList(), "direct_source_prefix_ranges", problems),
        switch (proto.getSourceType()) {
          case SAME_IP_OR_LOOPBACK -> SourceType.SAME_IP_OR_LOOPBACK;
          case EXTERNAL -> SourceType.EXTERNAL;
          case ANY, UNRECOGNIZED -> SourceType.ANY;
        },
        CidrRangeCompiler.compileAll(
            proto.getSourcePrefixRangesList(), "source_prefix_ranges", problems),
        proto.getSourcePortsList());
  }

  private static List<String> serverNames(List<String> protos, Problems problems) {
    List<String> names = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      String name = protos.get(i);
      boolean wildcard = name.startsWith("*.");
      if (name.indexOf('*', wildcard ? 1 : 0) >= 0) {
        problems
            .at("server_names", i)
            .error(
                "'"
                    + name
                    + "': partial wildcards are not supported in \"server_names\"; a name, or"
                    + " *.suffix, is allowed");
      }
      names.add(name.toLowerCase(Locale.ROOT));
    }
    return names;
  }
}
