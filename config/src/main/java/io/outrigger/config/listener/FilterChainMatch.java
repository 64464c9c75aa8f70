package io.outrigger.config.listener;

import io.outrigger.config.match.CidrRange;
import java.util.List;

/**
 * Which connections a filter chain takes; an empty list takes all.
 *
 * @param destinationPort 0: any
 * @param serverNames in lower case; {@code *.suffix} is a wildcard
 * @param transportProtocol empty: any
 */
public record FilterChainMatch(
    int destinationPort,
    List<CidrRange> prefixRanges,
    List<String> serverNames,
    String transportProtocol,
    List<String> applicationProtocols,
    List<CidrRange> directSourcePrefixRanges,
    SourceType sourceType,
    List<CidrRange> sourcePrefixRanges,
    List<Integer> sourcePorts) {
  public static final FilterChainMatch ANY =
      new FilterChainMatch(
          0, List.of(), List.of(), "", List.of(), List.of(), SourceType.ANY, List.of(), List.of());

  public FilterChainMatch {
    prefixRanges = List.copyOf(prefixRanges);
    serverNames = List.copyOf(serverNames);
    applicationProtocols = List.copyOf(applicationProtocols);
    directSourcePrefixRanges = List.copyOf(directSourcePrefixRanges);
    sourcePrefixRanges = List.copyOf(sourcePrefixRanges);
    sourcePorts = List.copyOf(sourcePorts);
  }

  /** Where the client is. */
  public enum SourceType {
    ANY,
    SAME_IP_OR_LOOPBACK,
    EXTERNAL
  }
}
