package io.outrigger.config.proxyprotocol;

import java.util.List;
import java.util.Set;

/**
 * Which of a client's TLVs a hop lets through (core.v3.ProxyProtocolPassThroughTLVs).
 *
 * @param all whatever {@code types} says
 * @param types 0 to 255 each
 */
public record PassThroughTlvs(boolean all, Set<Integer> types) {
  public static final PassThroughTlvs NONE = new PassThroughTlvs(false, Set.of());

  public PassThroughTlvs {
    types = Set.copyOf(types);
  }

  /** Those that go through, in their order. */
  public List<Tlv> of(List<Tlv> tlvs) {
    return all || tlvs.isEmpty()
        ? tlvs
        : tlvs.stream().filter(tlv -> types.contains(tlv.type())).toList();
  }
}
